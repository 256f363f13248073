import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
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
import { formatPrice, unitsOf } from './formatPrice.ts';
import { texts } from './orderTexts.ts';

interface Props {
  order: AdminOrderView;
  onChanged(order: AdminOrderView): void;
}

/** Money that goes back. What is sent is the sum of all refunds, so that a repeated press sends nothing more. */
export function RefundForm({ order, onChanged }: Props) {
  const { id, currency, amount, refunded, credits } = order;
  const units = unitsOf(currency);
  const rest = amount - refunded;
  const [sum, setSum] = useState<number | undefined>(rest / units);
  const [reason, setReason] = useState('');
  const wanted = Math.round((sum ?? 0) * units);
  const price = formatPrice({ amount: wanted, currency });
  const refund = async () => {
    const after = await api.adminRefundOrder({
      params: { id },
      body: { total: refunded + wanted, reason: reason.trim() },
    });
    showToast({ tone: 'good', text: texts.refundDone(formatPrice({ amount: after.refunded, currency })) });
    onChanged(after);
  };
  const asked = useAsked<true>(refund);
  const problems = fieldProblems(asked.error);
  const owed = Math.floor((credits * Math.min(amount, refunded + order.disputed + wanted)) / amount);
  const share = formatCredits(Math.max(0, owed - order.takenBack));
  return (
    <Card title={texts.refundTitle}>
      <PostForm
        wide
        posting={asked}
        onSubmit={() => asked.ask(true)}
        submit={texts.refund(price)}
        look="danger"
        fields={['total', 'reason']}
        disabled={wanted < 1 || wanted > rest || reason.trim() === ''}
      >
        <Field
          label={texts.sum(currency)}
          hint={texts.most(formatPrice({ amount: rest, currency }))}
          error={problems.total}
        >
          <NumberField
            bare
            value={sum}
            min={1 / units}
            max={rest / units}
            step={1 / units}
            onChange={setSum}
          />
        </Field>
        <Field label={texts.reason} hint={texts.reasonHint} error={problems.reason} required>
          <TextField value={reason} maxLength={200} onChange={setReason} />
        </Field>
      </PostForm>
      <AskDialog
        asked={asked}
        title={() => texts.askRefund(price, findName(order.userId) ?? order.userId)}
        confirmLabel={texts.refund(price)}
      >
        {() => (order.provider === 'stripe' ? texts.refundByStripe(share) : texts.refundOutside(share))}
      </AskDialog>
    </Card>
  );
}
