import { randomBytes, randomUUID } from 'node:crypto';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { type StripeStandIn, startStripeStandIn } from '@star-graph/core/testing/stripeStandIn';
import { signWebhook } from '@star-graph/core/work/events/webhooks/signWebhook';
import { beforeAll } from 'vitest';
import type { EveryOperation } from '../calls/everyOperation.ts';
import { startTestApi, type TestApi, type TestPlatform } from './apiServer.ts';
import { fixture } from './fixtures.ts';

export const shopSecret = `whsec_${randomBytes(32).toString('base64')}`;

/** The environment of an API that is paid by a stand-in and outside. */
export const paymentEnv = (stripe: StripeStandIn): Record<string, string> => ({
  STRIPE_SECRET_KEY: stripe.secretKey,
  STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
  STRIPE_API_URL: stripe.url,
  SHOP_WEBHOOK_SECRET: shopSecret,
  PAY_OUTSIDE_TEXT: 'Send it to DE00 0000, and name the number of your order.',
  SIGN_UP_GRANT: '0',
});

export const stripeFixture = (): StripeStandIn => fixture(startStripeStandIn);

export const paidApiFixture = (
  platform: TestPlatform,
  stripe: StripeStandIn,
  env: Record<string, string> = {},
): TestApi => fixture(() => startTestApi(platform, { ...paymentEnv(stripe), ...env }));

/** A package of 1,000 credits for 5.00 EUR, and the calls around it. */
export function shopFixture(api: TestApi) {
  const packageId: string = randomUUID();
  const admin = { token: '' };
  const asAdmin = (path: string, body?: object, method?: string) =>
    api.call(`/api/admin/${path}`, {
      ...admin,
      ...(body === undefined ? {} : { body }),
      ...(method === undefined ? {} : { method }),
    });
  const putPackage = (change: object = {}, id = packageId) =>
    asAdmin(`packages/${id}`, { version: 0, ...aPackage, ...change }, 'PUT');
  const get = async ({ accessToken: token }: SignInView, path: string) =>
    (await api.call(`/api/v1/${path}`, { token })).body;
  beforeAll(async () => {
    admin.token = await api.signInAsAdmin();
    await putPackage();
  });
  return {
    packageId,
    asAdmin,
    putPackage,
    order: ({ accessToken: token }: SignInView, change: object = {}) =>
      api.call('/api/v1/orders', {
        token,
        body: { packageId, packageVersion: 1, provider: 'stripe', key: 'one', ...change },
      }),
    read: (person: SignInView, id: string) => get(person, `orders/${id}`),
    balance: async (person: SignInView): Promise<number> => (await get(person, 'users/balance')).available,
    /** Newest first. */
    history: async (person: SignInView): Promise<[string, number][]> =>
      (await get(person, 'users/history')).items.map(({ kind, amount }: { kind: string; amount: number }) => [
        kind,
        amount,
      ]),
  };
}

export const aPackage = {
  name: { en: '1,000 credits', 'zh-CN': '1000 积分' },
  credits: 1_000,
  amount: 500,
  currency: 'EUR',
  active: true,
};

/** Requests for each operation about payments, by operation id: a sample of the schema is no order. */
export async function createPayments(
  api: TestApi,
  { admin, token }: Record<'admin' | 'token', string>,
  stripe: StripeStandIn,
): Promise<EveryOperation['calls']> {
  const packageId: string = randomUUID();
  const put = { path: `/api/admin/packages/${packageId}`, token: admin, method: 'PUT' };
  await api.call(put.path, { ...put, body: { version: 0, ...aPackage } });
  const order = (provider: string, key: string) => ({ packageId, packageVersion: 1, provider, key });
  const make = async (provider: string, key: string): Promise<string> =>
    (await api.call('/api/v1/orders', { token, body: order(provider, key) })).body.id;
  const [paid, outside] = [await make('stripe', 'paid'), await make('outside', 'outside')];
  const session = [...stripe.state.sessions.values()].find((one) => one.client_reference_id === paid);
  stripe.pay(session?.id ?? '');
  stripe.refund(session?.id ?? '', 1);
  const notices = stripe.state.pending.map((event) => JSON.stringify(event));
  const path = `/api/admin/orders/${paid}`;
  return {
    createOrder: () => [{ body: order('stripe', 'one') }, { body: order('stripe', 'one') }],
    getOrder: () => [{ path: `/api/v1/orders/${paid}` }],
    receiveStripeNotice: () =>
      notices.map((body) => ({ body, headers: { 'stripe-signature': stripe.sign(body) } })),
    adminPutPackage: () => [{ path: put.path, body: { version: 1, ...aPackage, active: false } }],
    redeemVoucher: async () => {
      const body = { name: 'fair', credits: 1, codes: 1 };
      const { list } = (await api.call('/api/admin/vouchers', { token: admin, body })).body;
      return [{ body: { code: list[0] } }];
    },
    receiveShopSale: () => {
      const body = JSON.stringify({ to: 'person0', reason: 'bundle 7', credits: 1 });
      return [0, 1].map(() => ({
        body,
        headers: signWebhook(shopSecret, { id: packageId, sentAt: new Date(), body }),
      }));
    },
    exportTransfers: () =>
      ['', '?from=2026-01-01T00:00:00Z&until=2099-01-01T00:00:00Z'].map((range) => ({
        path: `/api/v1/users/history/csv${range}`,
      })),
    adminReverseTransfer: async () => {
      const { id } = (await api.call('/api/v1/users/profile', { token })).body;
      const body = { amount: 1, reason: 'typo', key: packageId };
      await api.call(`/api/admin/users/${id}/credits`, { token: admin, body });
      const { items } = (await api.call('/api/v1/users/history?limit=1', { token })).body;
      return [{ path: `/api/admin/transfers/${items[0].id}/reverse`, body: { reason: 'typo' } }];
    },
    adminCreateVouchers: () => [{ body: { name: 'fair', credits: 1, codes: 3 } }],
    adminConfirmOrder: () => [
      { path: `/api/admin/orders/${outside}/confirm`, body: { reason: 'transfer 17' } },
    ],
    adminRefundOrder: () => [{ path: `${path}/refund`, body: { total: 2, reason: 'asked for' } }],
    adminCheckOrder: () => [{ path: `${path}/check` }],
  };
}
