import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { type Preset, presetsItem } from '../../settings/presets.ts';

interface PresetsProps {
  workflow: string;
  values: Record<string, unknown>;
  onChoose(params: Record<string, unknown>): void;
}

/** Named values of a workflow, kept in this browser. */
export function Presets({ workflow, values, onChoose }: PresetsProps) {
  const [presets, setPresets] = useState<Preset[]>([]);
  const [name, setName] = useState('');
  useEffect(() => {
    void presetsItem.getValue().then(setPresets);
    return presetsItem.watch((next) => setPresets(next));
  }, []);
  const own = presets.filter((preset) => preset.workflow === workflow);
  const isOwn = (preset: Preset) => preset.workflow === workflow && preset.name === name.trim();
  const others = presets.filter((preset) => !isOwn(preset));
  const choose = (chosen: string) => {
    setName(chosen);
    const preset = own.find((one) => one.name === chosen);
    if (preset) onChoose(preset.params);
  };
  const save = () => presetsItem.setValue([...others, { name: name.trim(), workflow, params: values }]);
  return (
    <div class="row presets">
      <select
        aria-label={translate('preset')}
        style={{ width: 'auto' }}
        value={own.some(isOwn) ? name : ''}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{translate('presetNone')}</option>
        {own.map((preset) => (
          <option key={preset.name} value={preset.name}>
            {preset.name}
          </option>
        ))}
      </select>
      <input
        aria-label={translate('presetName')}
        placeholder={translate('presetName')}
        style={{ width: '150px' }}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="button" disabled={name.trim() === ''} onClick={() => void save()}>
        {translate('presetSave')}
      </button>
      <button type="button" disabled={!own.some(isOwn)} onClick={() => void presetsItem.setValue(others)}>
        {translate('presetDelete')}
      </button>
    </div>
  );
}
