import { isDeepStrictEqual } from 'node:util';
import type { AuditAction } from '@star-graph/workflows/shared/auditActions';
import type { Database, Transaction } from './db/connect.ts';
import { AuditRecord, type AuditSeal } from './db/models/operation.ts';
import type { Clock } from './runtime/clock.ts';
import { firstIdAt, newId } from './runtime/ids.ts';

/**
 * An administrative act: who did what to what. The key of an `actor` is noted with the act. `actorId` is null for acts
 * of the platform itself (from its configuration) and of a service key without a person.
 */
type AuditedAct = ActedUpon & ({ actor: Actor } | { actorId: string | null });

interface ActedUpon {
  action: AuditAction;
  /** `backend:{id}` */
  target: string;
  /** What changed; no secrets. */
  data?: Record<string, unknown>;
}

/** A person who acts; the service key where one acts for them, or the key of theirs that acts. */
export interface Actor {
  id: string;
  serviceKey: string | null;
  apiKey?: string;
}

/** Goes into the data of an act, so that the acts of a leaked key can be found. */
export const noteKeyOf = ({
  serviceKey,
  apiKey,
}: Pick<Actor, 'serviceKey' | 'apiKey'>): { serviceKey?: string; apiKey?: string } => ({
  ...(serviceKey === null ? {} : { serviceKey }),
  ...(apiKey === undefined ? {} : { apiKey }),
});

/** The parts of a large document that differ; null for one that is not there. */
export function changedParts(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/** Written in the transaction of the act: an act without a record does not happen. */
export async function recordAct(
  deps: { clock: Clock },
  database: Database | Transaction,
  act: AuditedAct,
): Promise<void> {
  await AuditRecord.query(database).insert({
    id: newId(),
    actorId: 'actor' in act ? act.actor.id : act.actorId,
    action: act.action,
    target: act.target,
    data: { ...act.data, ...('actor' in act ? noteKeyOf(act.actor) : {}) },
    createdAt: deps.clock.now(),
  });
}

interface ActFilter {
  target?: string | undefined;
  actorId?: string | undefined;
  action?: AuditAction | undefined;
  from?: Date | undefined;
  /** Before it. */
  to?: Date | undefined;
}

/** Newest first; `beforeId` continues a page. Ids begin with their time, so a time needs no index of its own. */
export async function listActs(
  database: Database,
  { target, actorId, action, from, to }: ActFilter,
  page: { limit: number; beforeId?: string },
): Promise<AuditRecord[]> {
  const query = AuditRecord.query(database).orderBy('id', 'desc').limit(page.limit);
  if (target !== undefined) query.where({ target });
  if (actorId !== undefined) query.where({ actorId });
  if (action !== undefined) query.where({ action });
  if (from) query.where('id', '>=', firstIdAt(from.getTime()));
  if (to) query.where('id', '<', firstIdAt(to.getTime()));
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** A record with its place in the chain of seals; nulls while it has none. */
export type SealedAct = AuditRecord & { [Part in 'seq' | 'kid' | 'mac']: AuditSeal[Part] | null };

const readAtOnce = 200;

/**
 * Pages of the acts from a time to before another, oldest first. Each page is read when it is asked for, so that a long
 * audit costs no more memory than a short one, and nothing is read for a reader who has gone.
 */
export async function* readActs(
  database: Database,
  { from, to }: { from: Date | undefined; to: Date },
  atOnce = readAtOnce,
): AsyncGenerator<SealedAct[]> {
  let last: string | undefined;
  for (;;) {
    const page: SealedAct[] = await AuditRecord.query(database)
      .leftJoin('audit_seals', 'audit_seals.audit_id', 'audit.id')
      .where('audit.id', last === undefined ? '>=' : '>', last ?? firstIdAt(from?.getTime() ?? 0))
      .where('audit.id', '<', firstIdAt(to.getTime()))
      .orderBy('audit.id')
      .limit(atOnce)
      .select('audit.*', 'audit_seals.seq', 'audit_seals.kid', 'audit_seals.mac')
      .castTo<SealedAct[]>();
    yield page;
    if (page.length < atOnce) return;
    last = page.at(-1)?.id;
  }
}
