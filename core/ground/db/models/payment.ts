import { Model } from 'objection';

/** A version of a package of credits. The last one holds. */
export class CreditPackageRecord extends Model {
  static override tableName = 'credit_packages';
  static override idColumn = ['id', 'version'];
  declare id: string;
  declare version: number;
  declare nameEn: string;
  declare nameZh: string;
  declare credits: number;
  /** The amount in the smallest unit of the currency. */
  declare amount: number;
  /** ISO 4217, upper case. */
  declare currency: string;
  declare active: boolean;
  declare createdAt: Date;
}

/** `stripe`: paid at Stripe; `outside`: paid by other means, and confirmed by an administrator. */
const providerNames = ['stripe', 'outside'] as const;
export type ProviderName = (typeof providerNames)[number];

/**
 * An order begins `open`: credits and price are those of its package at that moment, and never change.
 *
 * - `open` becomes `paid` when its provider reports the price as paid; the credits are added in the same transaction.
 * - `open` becomes `expired` when its provider takes no payment for it any more, or an order that is paid outside was
 *   not confirmed in time; and `refused` when the provider would not begin a payment.
 * - `open` becomes `mismatched` when another amount or currency was paid. No credits are added.
 * - `expired` becomes `paid` or `mismatched` all the same when the report came late: the money was taken.
 * - `mismatched` becomes `paid` when an administrator accepts what was paid.
 *
 * `paid` and `refused` are final. What went back of a paid order is counted in `refunded` and `disputed`.
 */
export const orderStates = ['open', 'paid', 'expired', 'refused', 'mismatched'] as const;
type OrderState = (typeof orderStates)[number];

export class Order extends Model {
  static override tableName = 'orders';
  declare id: string;
  /** Who ordered. If their account was joined into another since, that one gets the credits. */
  declare userId: string;
  /** The person's key: one order for each. */
  declare orderKey: string;
  declare provider: ProviderName;
  declare state: OrderState;
  /** Raised by each change: a report counts only if the order is as it was when the provider was asked. */
  declare version: number;
  declare packageId: string;
  declare packageVersion: number;
  /** The package's in the person's language. */
  declare name: string;
  declare credits: number;
  declare amount: number;
  declare currency: string;
  /** The provider's id of the checkout; null until it began. */
  declare providerRef: string | null;
  declare checkoutUrl: string | null;
  /** The provider's id of the payment, which its notices of refunds and disputes name. */
  declare paymentRef: string | null;
  /** What went back so far, at the will of the seller. Lower again when a refund fails after it was sent. */
  declare refunded: number;
  /** What is to go back in all. Above `refunded` while a refund is under way. */
  declare refundWanted: number;
  /** Refunds that the provider refused, or that failed after it had sent them. */
  declare refundTries: number;
  /** What the bank holds back or took back after a complaint. 0 again when the dispute was won. */
  declare disputed: number;
  /** The credits that were taken back for both. */
  declare takenBack: number;
  /** Why it is `refused` or `mismatched`, or that a refund failed. */
  declare fault: string | null;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare paidAt: Date | null;
  /** When the leader looks at it again; null: nothing is expected. */
  declare dueAt: Date | null;
}

/** A notice of a provider that was handled. */
export class PaymentEvent extends Model {
  static override tableName = 'payment_events';
  declare id: string;
  /** Null where no order of ours is meant. */
  declare orderId: string | null;
  declare receivedAt: Date;
}
