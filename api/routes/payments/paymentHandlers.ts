import type { AdminOrderView, OrderView } from '@star-graph/contract/payments/orders';
import type { CreditPackageView } from '@star-graph/contract/payments/packages';
import type { Order } from '@star-graph/core/ground/db/models/payment';
import { Problem } from '@star-graph/core/ground/errors';
import { checkOrder, confirmOrder, refundOrder } from '@star-graph/core/money/payments/checkOrder';
import { handleNotice } from '@star-graph/core/money/payments/handleNotice';
import { createOrder, listOrders, requireOrder } from '@star-graph/core/money/payments/orders';
import { listPackages, putPackage, type StoredPackage } from '@star-graph/core/money/payments/packages';
import { reverseTransfer } from '@star-graph/core/money/payments/reverseTransfer';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentTransfer } from '../users/presentTransfer.ts';
import { rawBodyOf } from './rawBodyOf.ts';

export const createPaymentHandlers = (
  deps: Pick<ApiDeps, 'database' | 'clock' | 'log' | 'config' | 'payments'>,
) => {
  const payment = { ...deps, providers: deps.payments.providers };
  const idOf = ({ id }: { id: string }) => id;
  return defineHandlers({
    async listPackages() {
      const packages = await listPackages(deps.database, { onlyActive: true });
      return { items: packages.map(presentPackage), providers: [...payment.providers.keys()] };
    },
    async createOrder({ body, caller }) {
      return presentOrder(deps, await createOrder(payment, caller.account.id, body));
    },
    listOrders: ({ query, caller }) =>
      pageById(query, {
        list: (page) => listOrders(deps.database, { userId: caller.account.id }, page),
        idOf,
        present: (orders) => orders.map((order) => presentOrder(deps, order)),
      }),
    async getOrder({ params, caller }) {
      return presentOrder(deps, await requireOrder(deps.database, params.id, caller.account.id));
    },
    async receiveStripeNotice({ ctx }) {
      const { stripe } = deps.payments;
      const webhookSecret = deps.config.STRIPE_WEBHOOK_SECRET;
      if (!stripe || webhookSecret === undefined)
        throw new Problem('not-found', 'Payments by Stripe are not set up here.');
      await handleNotice({ ...payment, stripe, webhookSecret }, rawBodyOf(ctx), ctx.get('stripe-signature'));
      return undefined;
    },
    async adminListPackages() {
      const packages = await listPackages(deps.database, { onlyActive: false });
      return { items: packages.map(presentPackage) };
    },
    async adminPutPackage({ params, body, caller }) {
      return presentPackage(await putPackage(deps, actorOf(caller), params.id, body));
    },
    adminListOrders({ query }) {
      const { userId, state } = query;
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(state === undefined ? {} : { state }),
      };
      return pageById(query, {
        list: (page) => listOrders(deps.database, filter, page),
        idOf,
        present: (orders) => orders.map((order) => presentAdminOrder(deps, order)),
      });
    },
    async adminConfirmOrder({ params, body, caller }) {
      return presentAdminOrder(deps, await confirmOrder(payment, actorOf(caller), params.id, body.reason));
    },
    async adminRefundOrder({ params, body, caller }) {
      return presentAdminOrder(deps, await refundOrder(payment, actorOf(caller), params.id, body));
    },
    async adminReverseTransfer({ params, body, caller }) {
      const reversal = await reverseTransfer(deps, actorOf(caller), params.id, body.reason);
      return presentTransfer(reversal, reversal.userId);
    },
    async adminCheckOrder({ params }) {
      return presentAdminOrder(deps, await checkOrder(payment, params.id));
    },
  });
};

const presentPackage = ({ changedAt, ...facts }: StoredPackage): CreditPackageView => ({
  ...facts,
  changedAt: changedAt.toISOString(),
});

type Deps = { config: Pick<ApiDeps['config'], 'PAY_OUTSIDE_TEXT'> };

function presentOrder({ config }: Deps, order: Order): OrderView {
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

function presentAdminOrder(deps: Deps, order: Order): AdminOrderView {
  const { userId, providerRef, paymentRef, fault } = order;
  return {
    ...presentOrder(deps, order),
    userId,
    ...(providerRef === null ? {} : { providerRef }),
    ...(paymentRef === null ? {} : { paymentRef }),
    ...(fault === null ? {} : { fault }),
  };
}
