import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Bookmark, Trash2 } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { type Preset, presetsItem } from '../../session/presets.ts';

interface PresetsProps {
  workflow: string;
  values: Record<string, unknown>;
  onChoose(params: Record<string, unknown>): void;
}

/** Named values of a workflow, kept in this browser. */
export function Presets({ workflow, values, onChoose }: PresetsProps) {
  const [presets, setPresets] = useState<Preset[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [name, setName] = useState<string>();
  useEffect(() => {
    void presetsItem.getValue().then(setPresets);
    return presetsItem.watch((next) => setPresets(next));
  }, []);
  const own = presets.filter((preset) => preset.workflow === workflow);
  const without = (gone: string | undefined) =>
    presets.filter((preset) => preset.workflow !== workflow || preset.name !== gone);
  const choose = (wanted: string) => {
    setChosen(wanted);
    const preset = own.find((one) => one.name === wanted);
    if (preset) onChoose(preset.params);
  };
  const save = (as: string) => {
    void presetsItem.setValue([...without(as), { name: as, workflow, params: values }]);
    setChosen(as);
    setName(undefined);
  };
  const remove = () => {
    setChosen(undefined);
    void presetsItem.setValue(without(chosen));
    showToast({
      text: translate('presetDeleted'),
      action: { label: translate('undo'), onAction: () => void presetsItem.setValue(presets) },
    });
  };
  const isNaming = name !== undefined;
  return (
    <div class="presets">
      {isNaming ? (
        <>
          <TextField
            autoFocus
            label={translate('presetName')}
            placeholder={translate('presetName')}
            value={name}
            onChange={setName}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setName(undefined);
              if (event.key !== 'Enter') return;
              // Enter would send the form.
              event.preventDefault();
              if (name.trim() !== '') save(name.trim());
            }}
          />
          <Button disabled={name.trim() === ''} onClick={() => save(name.trim())}>
            {translate('save')}
          </Button>
        </>
      ) : (
        <>
          {own.length > 0 && (
            <Select
              label={translate('preset')}
              placeholder={translate('preset')}
              options={own.map((preset) => ({ value: preset.name, label: preset.name }))}
              value={own.some((preset) => preset.name === chosen) ? chosen : undefined}
              onChange={choose}
            />
          )}
          <Button look="quiet" size="small" icon={Bookmark} onClick={() => setName(chosen ?? '')}>
            {translate('presetSave')}
          </Button>
          {chosen !== undefined && (
            <IconButton icon={Trash2} size="small" label={translate('presetDelete')} onClick={remove} />
          )}
        </>
      )}
    </div>
  );
}
