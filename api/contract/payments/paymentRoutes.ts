import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { transferSchema } from '../users/credits.ts';
import {
  adminOrderListSchema,
  adminOrderQuerySchema,
  adminOrderSchema,
  confirmationSchema,
  newOrderSchema,
  orderListSchema,
  orderSchema,
  refundSchema,
  reversalSchema,
} from './orders.ts';
import {
  adminPackageListSchema,
  creditPackageSchema,
  newPackageSchema,
  packageListSchema,
} from './packages.ts';

/** Credits that are bought. */
export const paymentRoutes = {
  listPackages: route({
    method: 'get',
    path: '/api/v1/packages',
    auth: 'user',
    tag: 'payments',
    summary: 'List what credits cost',
    success: { status: 200, description: 'The packages that can be ordered', body: packageListSchema },
    forDelegates: true,
  }),
  createOrder: route({
    method: 'post',
    path: '/api/v1/orders',
    auth: 'user',
    tag: 'payments',
    summary: 'Order credits',
    description:
      'Credits and price are fixed now. Pay at `checkoutUrl`, or as `howToPay` says. The credits are added when the payment is known.',
    body: newOrderSchema,
    success: { status: 201, description: 'The order', body: orderSchema },
    problems: ['not-found', 'changed-meanwhile', 'idempotency-conflict', 'quota-exceeded', 'unavailable'],
    forDelegates: true,
  }),
  listOrders: route({
    method: 'get',
    path: '/api/v1/orders',
    auth: 'user',
    tag: 'payments',
    summary: 'List your orders',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: orderListSchema },
  }),
  getOrder: route({
    method: 'get',
    path: '/api/v1/orders/{id}',
    auth: 'user',
    tag: 'payments',
    summary: 'Read an order',
    params: idParamsSchema,
    success: { status: 200, description: 'The order', body: orderSchema },
    problems: ['not-found'],
  }),
  receiveStripeNotice: route({
    method: 'post',
    path: '/api/payments/stripe',
    auth: 'none',
    tag: 'payments',
    summary: 'Take a notice of Stripe',
    description: 'For Stripe alone: it is signed with STRIPE_WEBHOOK_SECRET in the header Stripe-Signature.',
    body: z.looseObject({}),
    success: { status: 204, description: 'Handled, or of no interest here' },
    problems: ['unauthenticated', 'not-found', 'unavailable'],
  }),
  adminListPackages: adminRoute('packages', {
    method: 'get',
    summary: 'List all packages of credits',
    success: { status: 200, description: 'Those that are not sold too', body: adminPackageListSchema },
    keyScope: 'admin:money',
  }),
  adminPutPackage: adminRoute('packages/{id}', {
    method: 'put',
    summary: 'Make or change a package of credits',
    description:
      'Choose the id of a new package yourself, a UUID, and version 0. Orders that were made keep their price. Send the version that you read: if somebody changed it meanwhile, nothing is changed.',
    params: idParamsSchema,
    body: newPackageSchema,
    success: { status: 200, description: 'What is in force now', body: creditPackageSchema },
    problems: ['changed-meanwhile', 'quota-exceeded'],
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminListOrders: adminRoute('orders', {
    method: 'get',
    summary: 'List the orders of everybody',
    query: adminOrderQuerySchema,
    success: { status: 200, description: 'Newest first', body: adminOrderListSchema },
    keyScope: 'admin:money',
  }),
  adminConfirmOrder: adminRoute('orders/{id}/confirm', {
    method: 'post',
    summary: 'Say that an order was paid outside, or accept another price',
    params: idParamsSchema,
    body: confirmationSchema,
    success: { status: 200, description: 'The order; its credits were added', body: adminOrderSchema },
    problems: ['not-found'],
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminRefundOrder: adminRoute('orders/{id}/refund', {
    method: 'post',
    summary: 'Send money back and take its share of the credits',
    description:
      'Stripe sends it back where it was paid; what was paid outside you send back yourself. Credits that were spent become a debt, which the credits that come next pay first.',
    params: idParamsSchema,
    body: refundSchema,
    success: { status: 200, description: 'The order afterwards', body: adminOrderSchema },
    problems: ['not-found', 'changed-meanwhile', 'unavailable'],
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminReverseTransfer: adminRoute('transfers/{id}/reverse', {
    method: 'post',
    summary: 'Undo a grant, a gift, a voucher or a sale of another shop',
    description:
      'By a movement with the opposite entries: the ledger is never changed. A movement is reversed once. Where some of its credits were spent, nothing happens.',
    params: idParamsSchema,
    body: reversalSchema,
    success: { status: 200, description: 'The movement that undid it', body: transferSchema },
    problems: ['not-found', 'insufficient-credits'],
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminCheckOrder: adminRoute('orders/{id}/check', {
    method: 'post',
    summary: 'Ask the provider what became of an order',
    params: idParamsSchema,
    success: { status: 200, description: 'The order afterwards', body: adminOrderSchema },
    problems: ['not-found', 'unavailable'],
    keyScope: 'admin:money',
  }),
};
