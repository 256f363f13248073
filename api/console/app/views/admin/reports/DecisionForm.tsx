import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { texts } from './texts.ts';

interface Decided<Decision extends string> {
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
  const posting = usePost(async () => {
    setAsking(false);
    if (!decision) return;
    const words = note.trim();
    await onDecide({ decision, ...(words && { note: words }), ...(blocks && { blockOwner: true }) });
    showToast({ tone: 'good', text: texts.decided });
  });
  const isGrave = decision === 'remove' || blocks;
  return (
    <Card title={texts.decision}>
      <PostForm
        posting={posting}
        onSubmit={() => {
          if (isGrave) setAsking(true);
          else void posting.post();
        }}
        submit={texts.decide}
        fields={['note']}
        disabled={decision === undefined}
      >
        <Segmented
          wide
          label={texts.decision}
          options={decisions.map((value) => ({ value, label: words(value) }))}
          value={decision}
          onChange={setDecision}
        />
        <Field label={texts.note} hint={texts.noteHint} error={fieldProblems(posting.error).note}>
          <TextField value={note} onChange={setNote} maxLength={500} />
        </Field>
        {mayBlock && <Checkbox label={texts.block} checked={blocks} onChange={setBlocks} />}
      </PostForm>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void posting.post()}
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
