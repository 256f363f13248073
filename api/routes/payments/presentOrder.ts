import type { AdminOrderView, OrderView } from '@star-graph/contract/payments/orders';
import type { Order } from '@star-graph/core/ground/db/models/payment';
import type { ApiDeps } from '../../apiDeps.ts';

type Deps = { config: Pick<ApiDeps['config'], 'PAY_OUTSIDE_TEXT'> };

export function presentOrder({ config }: Deps, order: Order): OrderView {
  const { id, provider, state, name, packageId, packageVersion, credits, amount, currency } = order;
  const { refunded, disputed, takenBack, createdAt, expiresAt, paidAt } = order;
  const checkoutUrl = state === 'open' ? order.checkoutUrl : null;
  const howToPay = state === 'open' && provider === 'outside' ? config.PAY_OUTSIDE_TEXT : undefined;
  return {
    id,
    provider,
    state,
    name,
    packageId,
    packageVersion,
    credits,
    amount,
    currency,
    refunded,
    disputed,
    takenBack,
    ...(checkoutUrl === null ? {} : { checkoutUrl }),
    ...(howToPay === undefined ? {} : { howToPay }),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(paidAt === null ? {} : { paidAt: paidAt.toISOString() }),
  };
}

export function presentAdminOrder(deps: Deps, order: Order): AdminOrderView {
  const { userId, providerRef, paymentRef, fault } = order;
  return {
    ...presentOrder(deps, order),
    userId,
    ...(providerRef === null ? {} : { providerRef }),
    ...(paymentRef === null ? {} : { paymentRef }),
    ...(fault === null ? {} : { fault }),
  };
}
