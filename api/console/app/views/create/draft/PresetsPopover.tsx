import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import type { FormDraft } from '@star-graph/ui/form/formDraft';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { X } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { texts as createTexts } from '../texts.ts';
import { PresetsButton, type PresetsProps } from './PresetsButton.tsx';
import { deletePreset, type Preset, readPresets, savePreset } from './presets.ts';
import { texts } from './texts.ts';
import './draft.css';

/** Settings under a name, of the account. It is fetched when it is asked for, and opens at once. */
export function PresetsPopover(props: PresetsProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      title={createTexts.presets}
      placement="bottom-end"
      trigger={(attributes) => <PresetsButton {...attributes} />}
    >
      {(close) => <PresetList {...props} onDone={close} />}
    </Popover>
  );
}

function PresetList({ userId, workflow, draft, onChoose, onDone }: PresetsProps & { onDone(): void }) {
  const list = useResource((signal) => readPresets(userId, workflow, signal), [userId, workflow]);
  const [name, setName] = useState('');
  const keep = (wanted: string, settings: FormDraft) =>
    savePreset(workflow, wanted, settings).catch((error: unknown) => {
      showToast({ tone: 'bad', text: texts.presetNotSaved, detail: describeProblem(error) });
    });
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    void keep(name.trim(), draft);
    onDone();
  };
  const remove = async (preset: Preset) => {
    try {
      await deletePreset(preset.id);
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
      return;
    }
    list.reload();
    const undo = () => void keep(preset.name, preset.draft);
    showToast({
      text: texts.presetDeleted(preset.name),
      action: { label: createTexts.undo, onAction: undo },
    });
  };
  if (list.state === 'failed') return <p class="draft-none">{describeProblem(list.error)}</p>;
  if (!list.value) return <Skeleton height="44px" />;
  const presets = list.value;
  return (
    <>
      {presets.length === 0 && <p class="draft-none">{texts.noPresets}</p>}
      <ul class="draft-list">
        {presets.map((preset) => (
          <li key={preset.name} class="draft-line">
            <button
              type="button"
              class="draft-choice"
              dir="auto"
              onClick={() => {
                onChoose(preset);
                onDone();
              }}
            >
              {preset.name}
            </button>
            <IconButton
              icon={X}
              size="small"
              label={texts.deletePreset(preset.name)}
              onClick={() => void remove(preset)}
            />
          </li>
        ))}
      </ul>
      <form class="draft-line" onSubmit={save}>
        <TextField
          label={texts.presetName}
          placeholder={texts.savePreset}
          maxLength={60}
          value={name}
          onChange={setName}
        />
        <Button type="submit" disabled={name.trim() === ''}>
          {texts.save}
        </Button>
      </form>
    </>
  );
}
