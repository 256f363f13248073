import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { X } from 'lucide';
import { useState } from 'preact/hooks';
import { texts } from '../texts.ts';
import { PresetsButton, type PresetsProps } from './PresetsButton.tsx';
import { deletePreset, type Preset, readPresets, savePreset } from './presets.ts';
import './draft.css';

/** Settings under a name, in this browser. It is fetched when it is asked for, and opens at once. */
export function PresetsPopover(props: PresetsProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      title={texts.presets}
      placement="bottom-end"
      trigger={(attributes) => <PresetsButton {...attributes} />}
    >
      {(close) => <PresetList {...props} onDone={close} />}
    </Popover>
  );
}

function PresetList({ userId, workflow, draft, onChoose, onDone }: PresetsProps & { onDone(): void }) {
  const [presets, setPresets] = useState(() => readPresets(userId, workflow));
  const [name, setName] = useState('');
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const isKept = savePreset(userId, workflow, { name: name.trim(), draft });
    if (!isKept) showToast({ tone: 'bad', text: texts.presetNotSaved });
    onDone();
  };
  const remove = (preset: Preset) => {
    deletePreset(userId, workflow, preset.name);
    setPresets(readPresets(userId, workflow));
    const undo = () => void savePreset(userId, workflow, preset);
    showToast({ text: texts.presetDeleted(preset.name), action: { label: texts.undo, onAction: undo } });
  };
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
              onClick={() => remove(preset)}
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
