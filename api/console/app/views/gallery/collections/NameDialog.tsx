import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { describeProblem, fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { texts } from './texts.ts';

interface NameDialogProps {
  open: boolean;
  title: string;
  /** What stands there first. */
  name?: string;
  onClose(): void;
  /** @throws what the server refused, and the dialog says it */
  onSave(name: string): Promise<void>;
}

export function NameDialog({ open, title, name = '', onClose, onSave }: NameDialogProps) {
  const [value, setValue] = useState(name);
  useEffect(() => {
    if (open) setValue(name);
  }, [open]);
  const save = useCallback(async () => {
    await onSave(value.trim());
    onClose();
  }, [value, onSave, onClose]);
  const { post, isBusy, error } = usePost(save);
  const problem = error === undefined ? undefined : (fieldProblems(error).name ?? describeProblem(error));
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      size="small"
      footer={
        <Button look="primary" busy={isBusy} disabled={value.trim() === ''} onClick={() => void post()}>
          {texts.save}
        </Button>
      }
    >
      <Field label={texts.name} error={problem}>
        <TextField
          value={value}
          onChange={setValue}
          maxLength={100}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing && value.trim() !== '') void post();
          }}
        />
      </Field>
    </Dialog>
  );
}
