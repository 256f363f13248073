import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { SignInTicket } from '../../../ground/db/models/secondFactor.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

const lifeMs = 5 * 60_000;
const mostTries = 10;

/** For the second step of a sign-in whose password was right. It opens nothing else, and is no session. */
export async function createTicket(deps: Deps, userId: string): Promise<string> {
  const ticket = createSecret();
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + lifeMs);
  await SignInTicket.query(deps.database).insert({
    ticketHash: hashSecret(ticket),
    userId,
    createdAt,
    expiresAt,
  });
  return ticket;
}

/** Counts a try with a ticket that is still good. @returns its person. @throws Problem `unauthenticated`. */
export async function countTicketTry(deps: Deps, ticket: string): Promise<string> {
  const ticketHash = hashSecret(ticket);
  const counted = await SignInTicket.query(deps.database)
    .where({ ticketHash })
    .whereNull('usedAt')
    .where('expiresAt', '>', deps.clock.now())
    .where('tries', '<', mostTries)
    .patch({ tries: deps.database.raw('tries + 1') as never });
  const known = counted === 1 ? await SignInTicket.query(deps.database).findById(ticketHash) : undefined;
  if (!known) throw ticketOver();
  return known.userId;
}

/** Uses up the ticket, whose try was counted, in the transaction that opens the session. @throws Problem `unauthenticated`. */
export async function redeemTicket(
  deps: Pick<Deps, 'clock'>,
  trx: Transaction,
  ticket: string,
): Promise<void> {
  const redeemed = await SignInTicket.query(trx)
    .findById(hashSecret(ticket))
    .whereNull('usedAt')
    .patch({ usedAt: deps.clock.now() });
  if (redeemed === 0) throw ticketOver();
}

/** When a person's sessions end, so do their half-made sign-ins. */
export const endTickets = async (trx: Transaction, userId: string, usedAt: Date): Promise<number> =>
  SignInTicket.query(trx).where({ userId }).whereNull('usedAt').patch({ usedAt });

const ticketOver = () =>
  new Problem('unauthenticated', 'This sign-in is over: it was finished, or took too long. Sign in again.');
