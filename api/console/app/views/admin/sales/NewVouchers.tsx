import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { InstantField } from '../InstantField.tsx';
import { texts } from './texts.ts';

export interface MadeVouchers {
  id: string;
  name: string;
  list: readonly string[];
}

interface Props {
  open: boolean;
  onClose(): void;
  onMade(made: MadeVouchers): void;
  /** Also after a failure: a batch may be there whose answer was lost. */
  onEnded(): void;
}

const counts = ['credits', 'codes', 'usesPerCode', 'usesPerPerson'] as const;
const start = { credits: 1_000, codes: 10, usesPerCode: 1, usesPerPerson: 1 };

export function NewVouchers({ open, onClose, onMade, onEnded }: Props) {
  const [name, setName] = useState('');
  const [figures, setFigures] = useState(start);
  const [until, setUntil] = useState<string>();
  const posting = usePost(async () => {
    try {
      const body = { name, ...figures, ...(until && { expiresAt: until }) };
      onMade(await api.adminCreateVouchers({ body }));
      setName('');
      setFigures(start);
      setUntil(undefined);
      onClose();
    } finally {
      onEnded();
    }
  });
  const problems = fieldProblems(posting.error);
  return (
    <Dialog open={open} onClose={onClose} title={texts.newVouchers} persistent>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.newVouchers}
        fields={['name', ...counts]}
        wide
      >
        <Field label={texts.name} hint={texts.batchHint} error={problems.name} required>
          <TextField value={name} onChange={setName} maxLength={100} />
        </Field>
        {counts.map((count) => (
          <Field key={count} label={texts[count]} error={problems[count]} required>
            <NumberField
              value={figures[count]}
              onChange={(value) => setFigures((last) => ({ ...last, [count]: value ?? 0 }))}
            />
          </Field>
        ))}
        <InstantField label={texts.until} hint={texts.untilHint} value={until} onChange={setUntil} />
      </PostForm>
    </Dialog>
  );
}
