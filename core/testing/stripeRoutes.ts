import { randomBytes } from 'node:crypto';

export interface Call {
  method: string;
  path: string;
  /** In Stripe's notation: `line_items[0][price_data][currency]`. */
  params: Record<string, string>;
  authorization: string;
  idempotencyKey: string | undefined;
}

interface Session {
  object: 'checkout.session';
  id: string;
  url: string | null;
  client_reference_id: string | null;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid';
  amount_total: number;
  currency: string;
  created: number;
  expires_at: number;
  metadata: Record<string, string>;
  payment_intent: string | null;
}

interface Charge {
  object: 'charge';
  id: string;
  payment_intent: string;
  amount: number;
  currency: string;
  amount_refunded: number;
  refunded: boolean;
  disputed: boolean;
}

interface Dispute {
  object: 'dispute';
  id: string;
  charge: string;
  payment_intent: string;
  amount: number;
  status: string;
}

interface Intent {
  object: 'payment_intent';
  id: string;
  metadata: Record<string, string>;
  latest_charge: string | null;
}

interface Answer {
  status: number;
  body: object;
  isReplay?: boolean;
}

const newId = (prefix: string) => `${prefix}_${randomBytes(8).toString('hex')}`;
/** A few of those that Stripe takes. */
const currencies = new Set(['eur', 'usd', 'gbp', 'jpy', 'cny']);

export type StripeState = ReturnType<typeof createStripeState>;

export function createStripeState() {
  const sessions = new Map<string, Session>();
  const metadata = new Map<string, Record<string, string>>();
  const intents = new Map<string, Intent>();
  const charges = new Map<string, Charge>();
  const disputes = new Map<string, Dispute>();
  const pending: { id: string; type: string; created: number; data: { object: object } }[] = [];
  const state = {
    sessions,
    metadata,
    intents,
    charges,
    disputes,
    pending,
    /** By idempotency key. */
    answers: new Map<string, { request: string; answer: Answer }>(),
    requireSession(id: string): Session {
      const session = sessions.get(id);
      if (!session) throw new Error(`the stand-in has no session ${id}`);
      return session;
    },
    requireCharge(sessionId: string): Charge {
      const { payment_intent } = state.requireSession(sessionId);
      const charge = [...charges.values()].find((one) => one.payment_intent === payment_intent);
      if (!charge) throw new Error(`session ${sessionId} is not paid`);
      return charge;
    },
    pay(session: Session, paid: { amount?: number; currency?: string } = {}): void {
      if (session.status !== 'open') throw new Error(`session ${session.id} is ${session.status}`);
      const intent: Intent = {
        object: 'payment_intent',
        id: newId('pi'),
        metadata: metadata.get(session.id) ?? {},
        latest_charge: newId('ch'),
      };
      session.amount_total = paid.amount ?? session.amount_total;
      session.currency = paid.currency ?? session.currency;
      intents.set(intent.id, intent);
      charges.set(intent.latest_charge ?? '', {
        object: 'charge',
        id: intent.latest_charge ?? '',
        payment_intent: intent.id,
        amount: session.amount_total,
        currency: session.currency,
        amount_refunded: 0,
        refunded: false,
        disputed: false,
      });
      Object.assign(session, { status: 'complete', payment_status: 'paid', url: null });
      session.payment_intent = intent.id;
    },
    failRefund(charge: Charge, amount: number): void {
      charge.amount_refunded -= amount;
      charge.refunded = false;
    },
    refund(charge: Charge, amount: number): void {
      charge.amount_refunded += amount;
      charge.refunded = charge.amount_refunded === charge.amount;
    },
    dispute(charge: Charge, status: string): { dispute: Dispute; isNew: boolean } {
      const { id, payment_intent, amount } = charge;
      const earlier = [...disputes.values()].find((one) => one.charge === id);
      if (earlier) return { dispute: Object.assign(earlier, { status }), isNew: false };
      charge.disputed = true;
      const dispute: Dispute = {
        object: 'dispute',
        id: newId('dp'),
        charge: id,
        payment_intent,
        amount,
        status,
      };
      disputes.set(dispute.id, dispute);
      return { dispute, isNew: true };
    },
    /** An event, with its object as it is now. */
    note(type: string, object: object, created: number): void {
      pending.push({ id: newId('evt'), type, created, data: { object: structuredClone(object) } });
    },
  };
  return state;
}

const refuse = (status: number, message: string, more: object = {}): Answer => ({
  status,
  body: { error: { type: 'invalid_request_error', message, ...more } },
});
const missing = (what: string, id: string) =>
  refuse(404, `No such ${what}: '${id}'`, { code: 'resource_missing' });

export function answerCall(state: StripeState, secretKey: string, call: Call): Answer {
  if (call.authorization !== `Bearer ${secretKey}`)
    return refuse(401, 'Invalid API Key provided: sk_test_***');
  const { idempotencyKey: key } = call;
  if (call.method !== 'POST' || key === undefined) return answerNow(state, call);
  const request = JSON.stringify([call.path, call.params]);
  const earlier = state.answers.get(key);
  if (earlier && earlier.request !== request)
    return refuse(400, `Keys for idempotent requests can only be used with the same parameters: ${key}`, {
      type: 'idempotency_error',
    });
  if (earlier) return { ...earlier.answer, isReplay: true };
  const answer = answerNow(state, call);
  // A request that was not begun may be corrected.
  if (answer.status === 200) state.answers.set(key, { request, answer: structuredClone(answer) });
  return answer;
}

function answerNow(state: StripeState, call: Call): Answer {
  const [, version, collection, ...rest] = call.path.split('/');
  const id = rest.at(-1) ?? '';
  const route = `${call.method} ${version}/${collection}`;
  if (route === 'POST v1/checkout') return createSession(state, call.params);
  if (route === 'GET v1/checkout')
    return rest.length === 1 ? listSessions(state, call.params) : readSession(state, id);
  if (route === 'POST v1/refunds') return createRefund(state, call.params);
  if (route === 'GET v1/disputes') return listDisputes(state, call.params);
  const intent = state.intents.get(id);
  if (route === 'GET v1/payment_intents')
    return intent ? { status: 200, body: intent } : missing('payment_intent', id);
  return refuse(404, `Unrecognized request URL (${call.method}: ${call.path}).`);
}

function createSession(state: StripeState, params: Record<string, string>): Answer {
  const price = 'line_items[0][price_data]';
  const currency = params[`${price}[currency]`] ?? '';
  const amount = Number(params[`${price}[unit_amount]`]);
  const expiresAt = Number(params.expires_at);
  const inSeconds = expiresAt - Date.now() / 1_000;
  if (params.mode !== 'payment' || params['line_items[0][quantity]'] !== '1')
    return refuse(400, 'Missing required param: mode.');
  if (!params.success_url) return refuse(400, 'Missing required param: success_url.');
  if (!currencies.has(currency)) return refuse(400, `Invalid currency: ${currency}.`, { param: 'currency' });
  if (!Number.isSafeInteger(amount) || amount < 1) return refuse(400, 'Invalid integer: unit_amount');
  if (!(inSeconds > 29 * 60 && inSeconds <= 24 * 3_600))
    return refuse(400, 'The `expires_at` timestamp must be between 30 minutes and 24 hours from now.');
  const id = newId('cs_test');
  const order = params['payment_intent_data[metadata][order]'];
  state.metadata.set(id, order === undefined ? {} : { order });
  const session: Session = {
    object: 'checkout.session',
    id,
    url: `https://checkout.stripe.com/c/pay/${id}`,
    client_reference_id: params.client_reference_id ?? null,
    status: 'open',
    payment_status: 'unpaid',
    amount_total: amount,
    currency,
    created: Math.floor(Date.now() / 1_000),
    expires_at: expiresAt,
    payment_intent: null,
    metadata: metadataOf(params),
  };
  state.sessions.set(id, session);
  return { status: 200, body: structuredClone(session) };
}

const metadataOf = (params: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => {
      const key = /^metadata\[(\w+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );

/** Pages are shorter than those that Stripe makes. */
const pageLength = 2;

function listSessions(state: StripeState, params: Record<string, string>): Answer {
  const since = Number(params['created[gte]'] ?? 0);
  const all = [...state.sessions.values()].filter(({ created }) => created >= since).reverse();
  const start = all.findIndex(({ id }) => id === params.starting_after) + 1;
  const data = all.slice(start, start + pageLength);
  const has_more = start + pageLength < all.length;
  return { status: 200, body: structuredClone({ object: 'list', has_more, data }) };
}

/** With the payment in it: every caller here asks for it. */
function readSession(state: StripeState, id: string): Answer {
  const session = state.sessions.get(id);
  if (!session) return missing('checkout.session', id);
  const intent = session.payment_intent === null ? undefined : state.intents.get(session.payment_intent);
  const expanded = intent && {
    ...intent,
    latest_charge: state.charges.get(intent.latest_charge ?? '') ?? null,
  };
  return { status: 200, body: structuredClone({ ...session, payment_intent: expanded ?? null }) };
}

function createRefund(state: StripeState, { payment_intent = '', amount }: Record<string, string>): Answer {
  const charge = [...state.charges.values()].find((one) => one.payment_intent === payment_intent);
  if (!charge) return missing('payment_intent', payment_intent);
  const rest = charge.amount - charge.amount_refunded;
  const wanted = amount === undefined ? rest : Number(amount);
  if (rest === 0)
    return refuse(400, `Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  if (!(wanted >= 1 && wanted <= rest))
    return refuse(400, `Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest})`);
  state.refund(charge, wanted);
  state.note('charge.refunded', charge, Math.floor(Date.now() / 1_000));
  return { status: 200, body: { id: newId('re'), object: 'refund', amount: wanted, status: 'succeeded' } };
}

const listDisputes = (state: StripeState, { payment_intent }: Record<string, string>): Answer => ({
  status: 200,
  body: {
    object: 'list',
    has_more: false,
    data: [...state.disputes.values()].filter((one) => one.payment_intent === payment_intent),
  },
});
