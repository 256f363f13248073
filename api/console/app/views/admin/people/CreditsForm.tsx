import { useCallback, useRef, useState } from 'preact/hooks';
import type { AdminUserView } from '../../../../../contract/admin/adminUsers.ts';
import type { BalanceView } from '../../../../../contract/users/credits.ts';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { NumberField } from '../../../../../ui/fields/NumberField.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { formatCredits } from '../../../../../ui/texts/formats.ts';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

interface Props {
  person: AdminUserView;
  onChanged(balance: BalanceView): void;
}

export function CreditsForm({ person, onChanged }: Props) {
  const [amount, setAmount] = useState<number>();
  const [reason, setReason] = useState('');
  // The same until it has been answered: pressing again after a lost answer moves the credits once.
  const key = useRef(crypto.randomUUID());
  const send = useCallback(async () => {
    const body = { amount: amount ?? 0, reason, key: key.current };
    const balance = await api.adminChangeCredits({ params: { id: person.id }, body });
    key.current = crypto.randomUUID();
    setAmount(undefined);
    setReason('');
    onChanged(balance);
    showToast({ tone: 'good', text: texts.given(formatCredits(balance.available)) });
  }, [amount, reason, person.id, onChanged]);
  const posting = usePost(send);
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
            maxLength={200}
            onChange={(value) => {
              renew();
              setReason(value);
            }}
          />
        </Field>
      </PostForm>
    </Card>
  );
}
