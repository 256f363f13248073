import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatCredits, formatExact } from '@star-graph/ui/texts/formats';
import { useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { findName } from '../people/personNames.ts';
import { formatPrice } from './formatPrice.ts';
import { nameOrderState, texts } from './orderTexts.ts';
import { RefundForm } from './RefundForm.tsx';

interface Props {
  order: AdminOrderView | undefined;
  onClose(): void;
  onChanged(order: AdminOrderView): void;
}

/** One order: what was bought and paid, and what one can do about it now. */
export function OrderDrawer({ order, onClose, onChanged }: Props) {
  return (
    <Drawer
      open={order !== undefined}
      onClose={onClose}
      title={<span dir="auto">{order?.name}</span>}
      persistent
    >
      {order && (
        <div class="admin-stack" key={order.id}>
          <OrderFacts order={order} />
          {order.provider === 'stripe' && order.state !== 'refused' && (
            <StripeCheck order={order} onChanged={onChanged} />
          )}
          {mayConfirm(order) && <ConfirmPaymentForm order={order} onChanged={onChanged} />}
          {order.state === 'paid' && order.refunded < order.amount && (
            <RefundForm key={order.refunded} order={order} onChanged={onChanged} />
          )}
        </div>
      )}
    </Drawer>
  );
}

/** Stripe itself says when an order there is paid, unless it was another price. */
const mayConfirm = ({ state, provider }: AdminOrderView): boolean =>
  state === 'mismatched' || (provider === 'outside' && (state === 'open' || state === 'expired'));

function OrderFacts({ order }: { order: AdminOrderView }) {
  const { word, tone } = nameOrderState(order);
  const price = (amount: number) =>
    amount === 0 ? undefined : formatPrice({ amount, currency: order.currency });
  return (
    <Facts
      facts={[
        [
          texts.state,
          <Chip key="state" tone={tone}>
            {word}
          </Chip>,
        ],
        [texts.fault, order.fault],
        [texts.person, <PersonName key="person" id={order.userId} />],
        [texts.price, formatPrice(order)],
        [texts.credits, <Stars key="credits" amount={order.credits} />],
        [texts.way, texts[order.provider]],
        [texts.when, formatExact(order.createdAt)],
        [texts.paidAt, order.paidAt && formatExact(order.paidAt)],
        [texts.expiresAt, order.state === 'open' ? formatExact(order.expiresAt) : undefined],
        [texts.refunded, price(order.refunded)],
        [texts.disputed, price(order.disputed)],
        [texts.takenBack, order.takenBack > 0 ? <Stars key="taken" amount={order.takenBack} /> : undefined],
        [texts.checkout, order.providerRef],
        [texts.payment, order.paymentRef],
        ['ID', order.id],
      ]}
    />
  );
}

function StripeCheck({ order, onChanged }: { order: AdminOrderView; onChanged: Props['onChanged'] }) {
  const { post, isBusy, error } = usePost(async () => {
    onChanged(await api.adminCheckOrder({ params: { id: order.id } }));
    showToast({ tone: 'good', text: texts.checked });
  });
  return (
    <>
      <PostFailure error={error} />
      <div class="admin-row">
        <Button busy={isBusy} onClick={() => void post()}>
          {texts.check}
        </Button>
      </div>
    </>
  );
}

interface ConfirmPaymentFormProps {
  order: AdminOrderView;
  onChanged(order: AdminOrderView): void;
}

/** For money that came outside, or in another amount: the proof first, then the credits. */
function ConfirmPaymentForm({ order, onChanged }: ConfirmPaymentFormProps) {
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
