import { useCallback, useRef, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { NumberField } from '../../../../../ui/fields/NumberField.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { formatCredits } from '../../../../../ui/texts/formats.ts';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { balance } from '../../../shell/balance.ts';
import { PostFailure } from '../parts/PostFailure.tsx';
import { texts } from './texts.ts';

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
  const send = useCallback(async () => {
    setAsking(false);
    const amount = gift.amount ?? 0;
    balance.value = await api.giveCredits({ body: { ...gift, amount, key: key.current } });
    key.current = crypto.randomUUID();
    setGift(nothing);
    onMoved();
    showToast({ tone: 'good', text: texts.given(formatCredits(amount), gift.to) });
  }, [gift, onMoved]);
  const { post, isBusy, error } = usePost(send);
  const problems = fieldProblems(error);
  return (
    <Card title={texts.gift}>
      <form
        class="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <Field label={texts.to} hint={texts.toHint} error={problems.to} required>
          <TextField
            value={gift.to}
            maxLength={64}
            autoCapitalize="none"
            spellcheck={false}
            disabled={isBusy}
            onChange={(to) => change({ to })}
          />
        </Field>
        <Field label={texts.amount} error={problems.amount} required>
          <NumberField
            value={gift.amount}
            min={1}
            disabled={isBusy}
            onChange={(amount) => change({ amount })}
          />
        </Field>
        <Field label={texts.reason} error={problems.reason}>
          <TextField
            value={gift.reason}
            maxLength={200}
            disabled={isBusy}
            onChange={(reason) => change({ reason })}
          />
        </Field>
        <PostFailure error={error} fields={['to', 'amount', 'reason']} />
        <div class="account-row">
          <Button type="submit" busy={isBusy} disabled={gift.to === '' || gift.amount === undefined}>
            {texts.give}
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post()}
        title={texts.askTitle(formatCredits(gift.amount ?? 0), gift.to)}
        confirmLabel={texts.give}
      >
        {texts.askWords}
      </ConfirmDialog>
    </Card>
  );
}
