import type { Database, Transaction } from './db/connect.ts';
import { AuditRecord } from './db/models/operation.ts';
import type { Clock } from './runtime/clock.ts';
import { newId } from './runtime/ids.ts';

/** An administrative act: who did what to what. */
export interface AuditedAct {
  /** Null for acts of the platform itself (from its configuration) and of a service key without a person. */
  actorId: string | null;
  /** `backend.create` */
  action: string;
  /** `backend:{id}` */
  target: string;
  /** What changed; no secrets. */
  data?: Record<string, unknown>;
}

/** A person who acts, and the service key where one acts for them. */
export interface Actor {
  id: string;
  serviceKey: string | null;
}

/** Goes into the data of an act, so that the acts of a leaked key can be found. */
export const noteKeyOf = ({ serviceKey }: Actor): { serviceKey?: string } =>
  serviceKey === null ? {} : { serviceKey };

/** Written in the transaction of the act: an act without a record does not happen. */
export async function recordAct(
  deps: { clock: Clock },
  database: Database | Transaction,
  act: AuditedAct,
): Promise<void> {
  await AuditRecord.query(database).insert({
    id: newId(),
    actorId: act.actorId,
    action: act.action,
    target: act.target,
    data: act.data ?? {},
    createdAt: deps.clock.now(),
  });
}

/** Newest first; `beforeId` continues a page. */
export async function listActs(
  database: Database,
  filter: { target?: string },
  page: { limit: number; beforeId?: string },
): Promise<AuditRecord[]> {
  const query = AuditRecord.query(database).where(filter).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}
