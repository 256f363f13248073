import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { ConfirmPaymentForm } from './ConfirmPaymentForm.tsx';
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
