import { useCallback, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Checkbox } from '../../../../../ui/controls/Checkbox.tsx';
import { Segmented } from '../../../../../ui/controls/Segmented.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { ActFailure } from '../parts/ActFailure.tsx';
import { texts } from './texts.ts';

export interface Decided<Decision extends string> {
  decision: Decision;
  note?: string;
  blockOwner?: true;
}

interface Props<Decision extends string> {
  decisions: readonly Decision[];
  /** A decision about a report may block the owner too. */
  mayBlock?: boolean;
  onDecide(decided: Decided<Decision>): Promise<void>;
}

/** Removal and a block are asked about: they cannot be taken back, or touch somebody at once. */
export function DecisionForm<Decision extends keyof typeof texts>(props: Props<Decision>) {
  const { decisions, mayBlock, onDecide } = props;
  const [decision, setDecision] = useState<Decision>();
  const [note, setNote] = useState('');
  const [blocks, setBlocks] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const send = useCallback(async () => {
    setAsking(false);
    if (!decision) return;
    const words = note.trim();
    await onDecide({ decision, ...(words && { note: words }), ...(blocks && { blockOwner: true }) });
    showToast({ tone: 'good', text: texts.decided });
  }, [decision, note, blocks, onDecide]);
  const { post, isBusy, error } = usePost(send);
  const isGrave = decision === 'remove' || blocks;
  return (
    <Card title={texts.decision}>
      <form
        class="admin-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isGrave) setAsking(true);
          else void post();
        }}
      >
        <Segmented
          wide
          label={texts.decision}
          options={decisions.map((value) => ({ value, label: words(value) }))}
          value={decision}
          onChange={setDecision}
        />
        <Field label={texts.note} hint={texts.noteHint} error={fieldProblems(error).note}>
          <TextField value={note} onChange={setNote} maxLength={500} />
        </Field>
        {mayBlock && <Checkbox label={texts.block} checked={blocks} onChange={setBlocks} />}
        <ActFailure error={error} fields={['note']} />
        <div class="admin-row">
          <Button type="submit" look="primary" busy={isBusy} disabled={decision === undefined}>
            {texts.decide}
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post()}
        title={texts.sureTitle}
        confirmLabel={texts.decide}
        danger
      >
        {decision === 'remove' && <p>{texts.sureRemove}</p>}
        {blocks && <p>{texts.sureBlock}</p>}
      </ConfirmDialog>
    </Card>
  );
}

const words = (name: keyof typeof texts): string => texts[name];
