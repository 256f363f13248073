import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerCall, type Call, createStripeState, type StripeState } from './stripeRoutes.ts';

/** Answers in place of the protocol: what a hostile or broken provider does. */
export type Override = (call: Call, response: ServerResponse) => boolean;

export interface StripeStandIn extends AsyncDisposable {
  url: string;
  secretKey: string;
  webhookSecret: string;
  state: StripeState;
  /** Every call, in order. */
  calls: Call[];
  instead: { answer: Override | undefined };
  /** A person pays a checkout. */
  pay(sessionId: string, paid?: { amount?: number; currency?: string }): void;
  /** The seller sends money back by hand. */
  refund(sessionId: string, amount: number): void;
  /** A refund that was sent comes back, such as from a closed account. */
  failRefund(sessionId: string, amount: number): void;
  /** The bank holds the money back; a second call with another status changes it. */
  dispute(sessionId: string, status: string): void;
  expire(sessionId: string): void;
  /** Posts the events that were not taken yet, oldest first. @returns the statuses of the answers. */
  deliver(endpoint: string): Promise<number[]>;
  /** The header that Stripe would send with a body. */
  sign(body: string, at?: Date, secret?: string): string;
}

const now = () => Math.floor(Date.now() / 1_000);

function signBody(body: string, at: Date, secret: string): string {
  const t = Math.floor(at.getTime() / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

/** Stripe's HTTP on loopback: `infra/docs/testing/stripe.md` says what is left out. */
export async function startStripeStandIn(): Promise<StripeStandIn> {
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`;
  const state = createStripeState();
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    standIn.calls.push(call);
    if (standIn.instead.answer?.(call, response)) return;
    const answer = answerCall(state, secretKey, call);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'request-id': `req_${randomBytes(7).toString('hex')}`,
      ...(answer.isReplay ? { 'idempotent-replayed': 'true' } : {}),
    });
    response.end(JSON.stringify(answer.body));
  }

  const standIn: StripeStandIn = {
    url: '',
    secretKey,
    webhookSecret,
    state,
    sign: (body, at = new Date(), secret = webhookSecret) => signBody(body, at, secret),
    calls: [],
    instead: { answer: undefined },
    pay(sessionId, paid) {
      const session = state.requireSession(sessionId);
      state.pay(session, paid);
      state.note('checkout.session.completed', session, now());
    },
    refund(sessionId, amount) {
      const charge = state.requireCharge(sessionId);
      state.refund(charge, amount);
      state.note('charge.refunded', charge, now());
    },
    failRefund(sessionId, amount) {
      const charge = state.requireCharge(sessionId);
      state.failRefund(charge, amount);
      const failed = { object: 'refund', payment_intent: charge.payment_intent, amount, status: 'failed' };
      state.note('refund.failed', failed, now());
    },
    dispute(sessionId, status) {
      const charge = state.requireCharge(sessionId);
      const { dispute, isNew } = state.dispute(charge, status);
      state.note(isNew ? 'charge.dispute.created' : 'charge.dispute.closed', dispute, now());
    },
    expire(sessionId) {
      const session = state.requireSession(sessionId);
      session.status = 'expired';
      session.url = null;
      state.note('checkout.session.expired', session, now());
    },
    async deliver(endpoint) {
      const statuses: number[] = [];
      for (const event of [...state.pending]) {
        const body = JSON.stringify(event);
        const answer = await fetch(endpoint, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'stripe-signature': standIn.sign(body),
          },
        });
        await answer.arrayBuffer();
        statuses.push(answer.status);
        // As Stripe does, it comes again until it was taken.
        if (answer.ok) state.pending.splice(state.pending.indexOf(event), 1);
      }
      return statuses;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await text(request);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    params: Object.fromEntries(new URLSearchParams(request.method === 'GET' ? url.search : body)),
    authorization: request.headers.authorization ?? '',
    idempotencyKey: request.headers['idempotency-key']?.toString(),
  };
}
