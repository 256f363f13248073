import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import type { BalanceView } from '@star-graph/contract/users/credits';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { useRef, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

interface Props {
  person: AdminUserView;
  onChanged(balance: BalanceView): void;
}

interface Movement {
  amount: number;
  reason: string;
  key: string;
}

/** The longest reason that the API takes. */
const mostReason = 200;

export function CreditsForm({ person, onChanged }: Props) {
  const [amount, setAmount] = useState<number>();
  const [reason, setReason] = useState('');
  // The way back stands in the drawer: nothing outside of it can be reached while it is open.
  const [moved, setMoved] = useState<Movement>();
  // The same until it has been answered: pressing again after a lost answer moves the credits once.
  const key = useRef(crypto.randomUUID());
  const params = { id: person.id };
  const move = async (movement: Movement) =>
    onChanged(await api.adminChangeCredits({ params, body: movement }));
  const undoing = usePost(async (last: Movement) => {
    await move({
      amount: -last.amount,
      reason: texts.undone(last.reason).slice(0, mostReason),
      key: `${last.key}-undo`,
    });
    setMoved(undefined);
  });
  const posting = usePost(async () => {
    const movement = { amount: amount ?? 0, reason, key: key.current };
    await move(movement);
    key.current = crypto.randomUUID();
    setAmount(undefined);
    setReason('');
    setMoved(movement);
  });
  const problems = fieldProblems(posting.error);
  const renew = () => {
    key.current = crypto.randomUUID();
  };
  return (
    <Card title={texts.changeCredits}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.give}
        fields={['amount', 'reason']}
      >
        <Field label={texts.amount} hint={texts.amountHint} error={problems.amount} required>
          <NumberField
            value={amount}
            onChange={(value) => {
              renew();
              setAmount(value);
            }}
          />
        </Field>
        <Field label={texts.reason} hint={texts.reasonHint} error={problems.reason} required>
          <TextField
            value={reason}
            maxLength={mostReason}
            onChange={(value) => {
              renew();
              setReason(value);
            }}
          />
        </Field>
      </PostForm>
      {moved && (
        <p class="admin-row admin-moved" role="status">
          {texts.given(formatCredits(person.balance.available))}
          <Button size="small" busy={undoing.isBusy} onClick={() => void undoing.post(moved)}>
            {texts.undo}
          </Button>
        </p>
      )}
      <PostFailure error={undoing.error} />
    </Card>
  );
}
