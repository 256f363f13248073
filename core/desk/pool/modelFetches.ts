import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Backend } from '../../ground/db/models/backend.ts';
import { type AgentReport, ModelFetch, PoolAgent } from '../../ground/db/models/poolAgent.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { requireAgent } from './agents.ts';
import { requireBackend } from './backends.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

interface OrderedFile {
  folder: string;
  name: string;
  /** Confirmed by an administrator: nothing is fetched from an address that nobody saw. */
  url: string;
  sha256?: string | undefined;
  /** As far as it is known before the host was asked. */
  bytes?: number | undefined;
}

/** Left free on each disk. */
const spareBytes = 1_000_000_000;
const open = ['waiting', 'running'] as const;

export interface ServerFetches {
  agent: PoolAgent | undefined;
  fetches: ModelFetch[];
}

/** @throws Problem `not-found`. */
export async function listFetches(database: Database, backendId: string): Promise<ServerFetches> {
  await requireBackend(database, backendId);
  const [agent, fetches] = await Promise.all([
    PoolAgent.query(database).findById(backendId),
    ModelFetch.query(database).where({ backendId }).orderBy('createdAt', 'desc').orderBy('id', 'desc'),
  ]);
  return { agent, fetches };
}

/**
 * Has the agent of a server fetch files, one after the other. A file that is on its way from the same address is left
 * alone, so an order may be sent again. @throws Problem `not-found`; `invalid-params` without an agent or a folder, for
 * too little room, and for a file that is on its way from another address.
 */
export async function orderFetches(
  deps: Deps,
  actor: Actor,
  backendId: string,
  files: readonly OrderedFile[],
): Promise<ServerFetches> {
  await requireBackend(deps.database, backendId);
  await inTransaction(deps.database, async (trx) => {
    // The agent's row stands for all orders of its server: two at once see each other's.
    const agent = await PoolAgent.query(trx).findById(backendId).forUpdate();
    if (!agent) throw withoutAgent();
    const known = await ModelFetch.query(trx).where({ backendId }).forUpdate();
    const findKnown = ({ folder, name }: OrderedFile) =>
      known.find((row) => row.folder === folder && row.name === name);
    const isOpen = (row: ModelFetch | undefined) => row?.state === 'waiting' || row?.state === 'running';
    const errors = files.flatMap((file, index): PointedFault[] => {
      const row = findKnown(file);
      return isOpen(row) && row?.url !== file.url
        ? [{ pointer: `/files/${index}/url`, message: 'It comes from another address already: cancel that.' }]
        : [];
    });
    const fresh = files.filter((file) => !isOpen(findKnown(file)));
    const coming = known.filter((row) => isOpen(row));
    errors.push(...findRoomFaults(agent.report, files, fresh, coming));
    if (errors.length > 0)
      throw new Problem('invalid-params', 'These files cannot be fetched. See the errors.', { errors });
    if (fresh.length === 0) return;
    const now = deps.clock.now();
    const begin = { state: 'waiting' as const, fault: null, bytesDone: 0, createdAt: now, updatedAt: now };
    for (const { folder, name, url, sha256 = null, bytes = null } of fresh)
      await ModelFetch.query(trx)
        .insert({ ...begin, backendId, folder, name, id: newId(), url, sha256, bytes })
        .onConflict(['backendId', 'folder', 'name'])
        .merge();
    await recordAct(deps, trx, {
      actor,
      action: 'backend.fetch-models',
      target: `backend:${backendId}`,
      data: { after: fresh.map(({ folder, name, url }) => ({ file: `${folder}/${name}`, url })) },
    });
  });
  return listFetches(deps.database, backendId);
}

/** What the disks have not got room for, and folders that the agent cannot write. */
function findRoomFaults(
  report: AgentReport,
  files: readonly OrderedFile[],
  fresh: readonly OrderedFile[],
  coming: readonly Pick<ModelFetch, 'folder' | 'bytes' | 'bytesDone'>[],
): PointedFault[] {
  const left = new Map<string, number>();
  for (const { disk, freeBytes } of Object.values(report.folders)) left.set(disk, freeBytes - spareBytes);
  const take = (folder: string, bytes: number): number | undefined => {
    const place = report.folders[folder];
    if (!place) return undefined;
    const rest = (left.get(place.disk) ?? 0) - bytes;
    left.set(place.disk, rest);
    return rest;
  };
  for (const { folder, bytes, bytesDone } of coming) take(folder, Math.max(0, (bytes ?? 0) - bytesDone));
  return fresh.flatMap((file): PointedFault[] => {
    const pointer = `/files/${files.indexOf(file)}`;
    const fault = report.folders[file.folder]?.fault;
    if (fault !== undefined) return [{ pointer: `${pointer}/folder`, message: fault }];
    const rest = take(file.folder, file.bytes ?? 0);
    if (rest === undefined)
      return [
        {
          pointer: `${pointer}/folder`,
          message: `The machine has no folder ${file.folder}. Join again with --models and the folder of its models.`,
        },
      ];
    if (rest >= 0) return [];
    const lacking = `${(-rest / 1e9).toFixed(1)} GB more have to be free on the disk of ${file.folder}.`;
    return [{ pointer: `${pointer}/bytes`, message: `${lacking} Remove what is not needed there.` }];
  });
}

/** Calls off what is not over. @throws Problem `not-found`. */
export async function cancelFetch(deps: Deps, actor: Actor, backendId: string, id: string): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const row = await ModelFetch.query(trx).findOne({ id, backendId }).forUpdate();
    if (!row) throw new Problem('not-found', 'This server fetches no such file.');
    if (row.state !== 'waiting' && row.state !== 'running') return;
    await row.$query(trx).patch({ state: 'cancelled', updatedAt: deps.clock.now() });
    const file = `${row.folder}/${row.name}`;
    await recordAct(deps, trx, {
      actor,
      action: 'backend.cancel-fetch',
      target: `backend:${backendId}`,
      data: { before: { file }, after: null },
    });
  });
}

/** What an agent says of the order that it works on. */
interface FetchProgress {
  id: string;
  state: 'running' | 'done' | 'failed';
  bytesDone: number;
  bytes?: number | undefined;
  /** Of the whole file, once it is there. */
  sha256?: string | undefined;
  fault?: string | undefined;
}

interface AgentNews {
  progress: FetchProgress | undefined;
  architectures: Record<string, string> | undefined;
}

interface AgentOrders {
  backend: Pick<Backend, 'id' | 'name' | 'state' | 'stateReason'>;
  /** What it works on from now on; an order that is not here is over. */
  fetch: ModelFetch | undefined;
}

/**
 * Notes what an agent says, and tells it what to do. Of an order that is over nothing changes, so it may say everything
 * again. @throws Problem `unauthenticated`.
 */
export async function takeReport(
  { database, clock }: Deps,
  token: string,
  report: AgentReport,
  { progress, architectures }: AgentNews,
): Promise<AgentOrders> {
  const { backendId } = await requireAgent(database, token);
  const now = clock.now();
  await PoolAgent.query(database)
    .findById(backendId)
    .patch({
      report,
      seenAt: now,
      // Said only when it is another than before.
      ...(architectures && { architectures }),
    });
  if (progress) await noteProgress(database, backendId, progress, now);
  const [backend, fetch] = await Promise.all([
    Backend.query(database).findById(backendId).throwIfNotFound(),
    ModelFetch.query(database)
      .where({ backendId })
      .whereIn('state', [...open])
      // What was begun is finished first.
      .orderByRaw("state = 'waiting', created_at, id")
      .first(),
  ]);
  return { backend, fetch };
}

async function noteProgress(
  database: Database | Transaction,
  backendId: string,
  { id, state, bytesDone, bytes, sha256, fault }: FetchProgress,
  now: Date,
): Promise<void> {
  const row = await ModelFetch.query(database).findOne({ id, backendId });
  if (!row) return;
  const isOther = state === 'done' && row.sha256 !== null && sha256 !== row.sha256;
  const end = isOther
    ? { state: 'failed' as const, fault: 'The agent has a file with another SHA-256 than was ordered.' }
    : { state, fault: fault ?? null };
  await ModelFetch.query(database)
    .where({ id, backendId })
    .whereIn('state', [...open])
    .patch({
      ...end,
      bytesDone,
      ...(bytes === undefined ? {} : { bytes }),
      ...(sha256 === undefined || isOther ? {} : { sha256 }),
      updatedAt: now,
    });
}

const withoutAgent = () =>
  new Problem(
    'invalid-params',
    'Nothing on this server’s machine can write its model files. Have the machine join: GPU servers, Join a machine.',
    { errors: [{ pointer: '/files', message: 'This server has no agent.' }] },
  );
