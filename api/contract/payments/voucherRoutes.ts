import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema, idSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import {
  createdVoucherBatchSchema,
  newVoucherBatchSchema,
  redeemedSchema,
  redemptionSchema,
  voucherBatchListSchema,
} from './vouchers.ts';

const sale = {
  to: z.string().min(1).max(64).meta({ description: 'User name, or discord:<snowflake>' }),
  reason: z.string().trim().min(1).max(200).meta({ description: 'Shown on the statement' }),
};

const shopSaleSchema = z
  .union([
    z.strictObject({ ...sale, credits: z.int().min(1).max(1_000_000_000) }),
    z.strictObject({ ...sale, packageId: idSchema }),
  ])
  .meta({ id: 'ShopSale' });

const shopSaleAnswerSchema = z.object({
  isNew: z.boolean().meta({ description: 'false: this message was handled before, and nothing was added' }),
});

/** Credits that were paid for elsewhere, or are given away by codes. */
export const voucherRoutes = {
  redeemVoucher: route({
    method: 'post',
    path: '/api/v1/vouchers/redeem',
    auth: 'user',
    tag: 'payments',
    summary: 'Turn a voucher’s code into credits',
    body: redemptionSchema,
    success: { status: 200, description: 'What was added', body: redeemedSchema },
    problems: ['not-found', 'quota-exceeded'],
  }),
  receiveShopSale: route({
    method: 'post',
    path: '/api/payments/shop',
    auth: 'none',
    tag: 'payments',
    summary: 'Credit what another shop sold',
    description:
      'Signed with SHOP_WEBHOOK_SECRET by Standard Webhooks: the headers webhook-id, webhook-timestamp (at most five minutes old) and webhook-signature over `id.timestamp.body`. A message is credited once for each webhook-id; repeat it until it is answered 200.',
    body: shopSaleSchema,
    success: { status: 200, description: 'Credited, now or before', body: shopSaleAnswerSchema },
    problems: ['unauthenticated', 'not-found', 'idempotency-conflict'],
  }),
  adminCreateVouchers: adminRoute('vouchers', {
    method: 'post',
    summary: 'Make voucher codes',
    body: newVoucherBatchSchema,
    success: {
      status: 201,
      description: 'The codes; they are never shown again',
      body: createdVoucherBatchSchema,
    },
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminListVouchers: adminRoute('vouchers', {
    method: 'get',
    summary: 'List batches of voucher codes',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first, without codes', body: voucherBatchListSchema },
    keyScope: 'admin:money',
  }),
  adminWithdrawVouchers: adminRoute('vouchers/{id}', {
    method: 'delete',
    summary: 'Withdraw the codes of a batch',
    params: idParamsSchema,
    success: { status: 204, description: 'None of them can be used any more' },
    problems: ['not-found'],
    keyScope: 'admin:money',
  }),
};
