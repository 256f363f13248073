import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { findName } from '../people/personNames.ts';
import { formatPrice } from './formatPrice.ts';
import { texts } from './orderTexts.ts';

interface Props {
  order: AdminOrderView;
  onChanged(order: AdminOrderView): void;
}

/** For money that came outside, or in another amount: the proof first, then the credits. */
export function ConfirmPaymentForm({ order, onChanged }: Props) {
  const { id, credits } = order;
  const [reason, setReason] = useState('');
  const confirm = async () => {
    onChanged(await api.adminConfirmOrder({ params: { id }, body: { reason: reason.trim() } }));
    showToast({ tone: 'good', text: texts.confirmed });
  };
  const asked = useAsked<true>(confirm);
  const label = texts.confirm(formatCredits(credits));
  return (
    <Card title={order.state === 'mismatched' ? texts.acceptTitle : texts.confirmTitle}>
      <PostForm
        wide
        posting={asked}
        onSubmit={() => asked.ask(true)}
        submit={label}
        fields={['reason']}
        disabled={reason.trim() === ''}
      >
        <Field label={texts.proof} hint={texts.proofHint} error={fieldProblems(asked.error).reason} required>
          <TextField value={reason} maxLength={200} onChange={setReason} />
        </Field>
      </PostForm>
      <AskDialog asked={asked} title={() => texts.askConfirm(formatPrice(order))} confirmLabel={label}>
        {() => texts.confirmWords(formatCredits(credits), findName(order.userId) ?? order.userId)}
      </AskDialog>
    </Card>
  );
}
