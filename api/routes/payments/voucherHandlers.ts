import type { VoucherBatchView } from '@star-graph/contract/payments/vouchers';
import type { VoucherBatch } from '@star-graph/core/ground/db/models/voucher';
import { Problem } from '@star-graph/core/ground/errors';
import { creditSale } from '@star-graph/core/money/payments/creditSale';
import {
  createBatch,
  listBatches,
  redeemVoucher,
  withdrawBatch,
} from '@star-graph/core/money/payments/vouchers';
import { countMovesOf } from '@star-graph/core/money/quotas/keyDay';
import { findReceiver } from '@star-graph/core/people/identity/accounts/profile';
import { keySpendingOf } from '@star-graph/core/people/identity/caller';
import { isSignedNow } from '@star-graph/core/work/events/webhooks/verifyWebhook';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { rawBodyOf } from './rawBodyOf.ts';

export const createVoucherHandlers = (
  deps: Pick<ApiDeps, 'database' | 'clock' | 'config' | 'voucherThrottle'>,
) =>
  defineHandlers({
    async redeemVoucher({ body, caller, ctx }) {
      const userId = caller.account.id;
      const { address } = ctx.state;
      await deps.voucherThrottle.countTry(userId, address);
      const credits = await redeemVoucher(deps, userId, body.code, countMovesOf(keySpendingOf(caller)));
      await deps.voucherThrottle.takeBack(userId, address);
      return { credits };
    },
    async receiveShopSale({ body, ctx }) {
      const secret = deps.config.SHOP_WEBHOOK_SECRET;
      if (secret === undefined) throw new Problem('not-found', 'Sales of other shops are not taken here.');
      const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((it) =>
        ctx.get(`webhook-${it}`),
      );
      const received = { id: id ?? '', timestamp: timestamp ?? '', signatures: signatures ?? '' };
      if (!isSignedNow(secret, { ...received, body: rawBodyOf(ctx) }, deps.clock.now()))
        throw new Problem('unauthenticated', 'The signature of this message is wrong or too old.');
      const { to, reason, ...sold } = body;
      const sale = { messageId: received.id, to, reason, sold };
      const isNew = await creditSale(
        { ...deps, findReceiver: (name) => findReceiver(deps.database, name) },
        sale,
      );
      return { isNew };
    },
    async adminCreateVouchers({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
      const { batch, codes } = await createBatch(deps, actorOf(caller), { ...body, expiresAt });
      return { ...presentBatch(batch), list: codes };
    },
    adminListVouchers: ({ query }) =>
      pageById(query, {
        list: (page) => listBatches(deps.database, page),
        idOf: ({ id }) => id,
        present: (batches) => batches.map(presentBatch),
      }),
    async adminWithdrawVouchers({ params, caller }) {
      await withdrawBatch(deps, actorOf(caller), params.id);
      return undefined;
    },
  });

function presentBatch({ expiresAt, withdrawnAt, createdAt, ...batch }: VoucherBatch): VoucherBatchView {
  const { id, name, credits, codes, usesPerCode, usesPerPerson, used } = batch;
  return {
    id,
    name,
    credits,
    codes,
    usesPerCode,
    usesPerPerson,
    used,
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(withdrawnAt === null ? {} : { withdrawnAt: withdrawnAt.toISOString() }),
    createdAt: createdAt.toISOString(),
  };
}
