import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { useRef, useState } from 'preact/hooks';
import { PostForm } from '../../data/PostForm.tsx';
import { fieldProblems } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { balance } from '../../shell/balance.ts';
import { texts } from './creditTexts.ts';

interface Gift {
  to: string;
  amount: number | undefined;
  reason: string;
}
const nothing: Gift = { to: '', amount: undefined, reason: '' };

/** Gives credits to somebody else, after asking: they do not come back by themselves. */
export function GiftForm({ onMoved }: { onMoved: () => void }) {
  const [gift, setGift] = useState(nothing);
  const [isAsking, setAsking] = useState(false);
  // The same until it was answered or the gift is another: giving again after a lost answer moves the credits once.
  const key = useRef(crypto.randomUUID());
  const change = (part: Partial<Gift>) => {
    key.current = crypto.randomUUID();
    setGift({ ...gift, ...part });
  };
  const posting = usePost(async () => {
    setAsking(false);
    const amount = gift.amount ?? 0;
    balance.value = await api.giveCredits({ body: { ...gift, amount, key: key.current } });
    key.current = crypto.randomUUID();
    setGift(nothing);
    onMoved();
    showToast({ tone: 'good', text: texts.given(formatCredits(amount), gift.to) });
  });
  const problems = fieldProblems(posting.error);
  return (
    <Card title={texts.gift}>
      <PostForm
        posting={posting}
        onSubmit={() => setAsking(true)}
        submit={texts.give}
        fields={['to', 'amount', 'reason']}
        look="secondary"
        disabled={gift.to === '' || gift.amount === undefined}
      >
        <Field label={texts.to} hint={texts.toHint} error={problems.to} required>
          <TextField
            value={gift.to}
            maxLength={64}
            autoCapitalize="none"
            spellcheck={false}
            disabled={posting.isBusy}
            onChange={(to) => change({ to })}
          />
        </Field>
        <Field label={texts.amount} error={problems.amount} required>
          <NumberField
            value={gift.amount}
            min={1}
            disabled={posting.isBusy}
            onChange={(amount) => change({ amount })}
          />
        </Field>
        <Field label={texts.reason} error={problems.reason}>
          <TextField
            value={gift.reason}
            maxLength={200}
            disabled={posting.isBusy}
            onChange={(reason) => change({ reason })}
          />
        </Field>
      </PostForm>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void posting.post()}
        title={texts.askTitle(formatCredits(gift.amount ?? 0), gift.to)}
        confirmLabel={texts.give}
      >
        {texts.askWords}
      </ConfirmDialog>
    </Card>
  );
}
