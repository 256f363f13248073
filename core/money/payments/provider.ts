import type { Order, ProviderName } from '../../ground/db/models/payment.ts';

/** What a provider knows of an order at a moment. */
export interface PaymentReport {
  /** `closed`: it takes no payment for this order any more. `pending`: it was begun, and may succeed or fail. */
  state: 'open' | 'pending' | 'paid' | 'closed';
  /** What was paid, in the smallest unit. */
  amount: number;
  /** Upper case. */
  currency: string;
  /** What went back so far. */
  refunded: number;
  /** What a bank holds back or took back now. */
  disputed: number;
  paymentRef: string | null;
}

/** Where people pay. Its calls wait for the network: never inside a transaction. */
export interface PaymentProvider {
  readonly name: ProviderName;
  /** Asks nobody: an order is paid by an administrator's word. */
  readonly isManual: boolean;
  /**
   * Begins the payment of an order. A repeat for the same order begins no second one.
   * @throws PaymentRefused, PaymentUnavailable.
   */
  openCheckout(order: Order): Promise<{ ref: string | null; url: string | null }>;
  /** @throws PaymentUnavailable. */
  readPayment(order: Order): Promise<PaymentReport>;
  /**
   * Sends money back, so that `order.refundWanted` went back in all. A repeat for the same order, `refunded` and
   * `refundWanted` sends nothing more.
   * @throws PaymentRefused, PaymentUnavailable.
   */
  refund(order: Order): Promise<void>;
}

/** The provider said no, and will say so again. The message is for administrators and holds no secret. */
export class PaymentRefused extends Error {
  override name = 'PaymentRefused';
}

/** No answer, or none that can be used: whether the call had an effect is unknown. */
export class PaymentUnavailable extends Error {
  override name = 'PaymentUnavailable';
}

export type PaymentProviders = ReadonlyMap<ProviderName, PaymentProvider>;

/** Paid by other means. What is known of the payment is in the order's row, where an administrator wrote it. */
export const outsideProvider: PaymentProvider = {
  name: 'outside',
  isManual: true,
  openCheckout: async () => ({ ref: null, url: null }),
  readPayment: async ({ state, amount, currency, refundWanted }) => ({
    state: state === 'paid' ? 'paid' : 'open',
    amount,
    currency,
    refunded: refundWanted,
    disputed: 0,
    paymentRef: null,
  }),
  refund: async () => undefined,
};
