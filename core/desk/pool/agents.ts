import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Backend } from '../../ground/db/models/backend.ts';
import { type AgentReport, JoinCode, PoolAgent } from '../../ground/db/models/poolAgent.ts';
import { Rental } from '../../ground/db/models/rental.ts';
import { User } from '../../ground/db/models/user.ts';
import { hashSecret } from '../../ground/encryption/secrets.ts';
import { createWrittenCode, hashWrittenCode } from '../../ground/encryption/writtenCode.ts';
import { Problem } from '../../ground/errors.ts';
import { addBackend, type PoolChangeDeps } from './backends.ts';
import { parseBackendUrl } from './backendUrl.ts';

const codeLifeMs = 3_600_000;

/** Lets one machine join the pool in this administrator's name. */
export async function createJoinCode(
  deps: Pick<PoolChangeDeps, 'database' | 'clock'>,
  actor: Actor,
): Promise<{ code: string; expiresAt: Date }> {
  const code = createWrittenCode();
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + codeLifeMs);
  await inTransaction(deps.database, async (trx) => {
    await JoinCode.query(trx).where('expiresAt', '<', now).delete();
    await JoinCode.query(trx).insert({ codeHash: hashWrittenCode(code), madeBy: actor.id, expiresAt });
    await recordAct(deps, trx, { actor, action: 'backend.join-code', target: 'pool', data: { expiresAt } });
  });
  return { code, expiresAt };
}

/** Lets the machine of one rental join, in nobody's name. An earlier code of it, whose order was lost, ends. */
export async function createRentalCode(
  { database, clock }: Pick<PoolChangeDeps, 'database' | 'clock'>,
  rentalId: string,
): Promise<string> {
  const code = createWrittenCode();
  const expiresAt = new Date(clock.now().getTime() + codeLifeMs);
  await inTransaction(database, async (trx) => {
    await JoinCode.query(trx).where({ rentalId }).delete();
    await JoinCode.query(trx).insert({ codeHash: hashWrittenCode(code), rentalId, expiresAt });
  });
  return code;
}

interface Joining {
  code: string;
  /** Made by the agent, so that a lost answer leaves it with what it needs. */
  token: string;
  /** Where dispatchers reach its ComfyUI. */
  url: string;
  name?: string | undefined;
  report: AgentReport;
}

/**
 * Puts a machine's ComfyUI into the pool, or finds it there, and knows its agent by its token from now on. The same agent
 * may ask again. A code ends with the power of whoever made it. @returns the id of its backend. @throws Problem
 * `invalid-params` for a code that is not good, or an address where no GPU server may be.
 */
export async function joinPool(deps: PoolChangeDeps, joining: Joining): Promise<string> {
  const url = await parseBackendUrl(joining.url);
  const tokenHash = hashSecret(joining.token);
  const backendId = await inTransaction(deps.database, async (trx) => {
    const code = await JoinCode.query(trx).findById(hashWrittenCode(joining.code)).forUpdate();
    const now = deps.clock.now();
    if (!code || code.expiresAt <= now || (code.usedBy !== null && code.usedBy !== tokenHash))
      throw badCode();
    const actor = await requireMaker(trx, code);
    const joined = code.usedBy === null ? undefined : await PoolAgent.query(trx).findOne({ tokenHash });
    if (joined) return joined.backendId;
    await code.$query(trx).patch({ usedBy: tokenHash });
    const known = await Backend.query(trx).findOne({ url }).whereNull('removedAt').forUpdate();
    // A server of the house never becomes one that is given back.
    if (known && code.rentalId !== null) throw badCode();
    const id =
      known?.id ??
      (await addBackend(deps, trx, actor, {
        url,
        ...(joining.name === undefined ? {} : { name: joining.name }),
        weight: 1,
        labels: [],
        enabled: true,
      }));
    if (code.rentalId !== null)
      await Rental.query(trx)
        .findById(code.rentalId)
        .patch({ state: 'serving', backendId: id, servingAt: now, fault: null });
    // Whoever joins later for the same server replaces its agent; an agent has one server.
    await PoolAgent.query(trx).where({ backendId: id }).orWhere({ tokenHash }).delete();
    const seen = { report: joining.report, joinedAt: now, seenAt: now };
    await PoolAgent.query(trx).insert({ backendId: id, tokenHash, ...seen });
    const act = { action: 'backend.join' as const, target: `backend:${id}`, data: { url } };
    await recordAct(deps, trx, actor === null ? { actorId: null, ...act } : { actor, ...act });
    return id;
  });
  deps.wakeSignals.send('backends');
  return backendId;
}

/** In whose name a machine joins; null for one that was rented, and is still awaited. */
async function requireMaker(trx: Transaction, { madeBy, rentalId }: JoinCode): Promise<Actor | null> {
  if (rentalId !== null) {
    const rental = await Rental.query(trx).findById(rentalId).forUpdate();
    // Who joined asks again after a lost answer.
    if (!rental || !['wanted', 'starting', 'serving'].includes(rental.state)) throw badCode();
    return null;
  }
  const maker = madeBy === null ? undefined : await User.query(trx).findById(madeBy);
  if (maker?.role !== 'admin' || maker.disabledAt !== null) throw badCode();
  return { id: maker.id, serviceKey: null };
}

/** @throws Problem `unauthenticated` also if its server left the pool. */
export async function requireAgent(database: Database | Transaction, token: string): Promise<PoolAgent> {
  const agent = await PoolAgent.query(database)
    .findOne({ tokenHash: hashSecret(token) })
    .whereExists(
      Backend.query(database).whereColumn('backends.id', 'pool_agents.backendId').whereNull('removedAt'),
    );
  if (!agent)
    throw new Problem(
      'unauthenticated',
      'No GPU server of the pool has this agent. Join again with a new code from the console.',
    );
  return agent;
}

const badCode = () =>
  new Problem('invalid-params', 'This code does not let a machine join. See the errors.', {
    errors: [
      {
        pointer: '/code',
        message: 'It is wrong, was used, or is over. Make another one in the console, under GPU servers.',
      },
    ],
  });
