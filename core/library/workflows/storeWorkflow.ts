import type { Inventory } from '../../comfy/comfy.ts';
import { type Actor, recordAct } from '../../ground/audit.ts';
import {
  type Database,
  inTransaction,
  isAscii,
  isDuplicateEntry,
  type Transaction,
} from '../../ground/db/connect.ts';
import { WorkflowRecord } from '../../ground/db/models/operation.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type CheckedManifest, checkManifest, refuseManifest, toManifestProblem } from './manifests.ts';
import { toObjectInfo } from './objectInfo.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

export interface WorkflowRules {
  builtinNames: ReadonlySet<string>;
  /** The inventories of usable backends, if a new document has to fit one of them. */
  inventories?: readonly Inventory[];
}

interface AddedWorkflow {
  record: WorkflowRecord;
  /** False when this version existed before; then nothing changed. */
  isNew: boolean;
}

const unknownWorkflow = () => new Problem('not-found', 'There is no such version of a workflow.');

/** Processes that add versions of one name at the same time are serialised by the key of the active version. */
const mostTurns = 5;

/**
 * Stores an operator's document and, unless it is only to be tried, makes it the active version of its name. The same document again changes nothing:
 * a deactivated version stays so.
 * @param actor null for a document from the folder.
 * @throws Problem `invalid-params` with a pointer for each fault: in the document, a name that ships with the
 * platform, or a version that another document has.
 */
export async function addWorkflow(
  deps: Deps,
  rules: WorkflowRules,
  actor: Actor | null,
  raw: unknown,
  isOffered = true,
): Promise<AddedWorkflow> {
  const checked = check(rules, raw);
  for (let turn = 1; ; turn += 1) {
    try {
      return await inTransaction(deps.database, (trx) => insertVersion(deps, trx, actor, checked, isOffered));
    } catch (error) {
      if (!isDuplicateEntry(error) || turn === mostTurns) throw error;
    }
  }
}

function check({ builtinNames, inventories = [] }: WorkflowRules, raw: unknown): CheckedManifest {
  try {
    const checked = checkManifest(raw, { objectInfos: inventories.map(toObjectInfo) });
    if (!builtinNames.has(checked.workflow.name)) return checked;
  } catch (error) {
    throw toManifestProblem(error);
  }
  throw refuseManifest([
    { pointer: '/name', message: 'A workflow that ships with the platform has this name. Choose another.' },
  ]);
}

async function insertVersion(
  { clock }: Deps,
  trx: Transaction,
  actor: Actor | null,
  { workflow: { name, version }, digest, content }: CheckedManifest,
  isOffered: boolean,
): Promise<AddedWorkflow> {
  const known = await WorkflowRecord.query(trx).findById([name, version]);
  if (known?.digest === digest) return { record: known, isNew: false };
  if (known)
    throw refuseManifest([
      {
        pointer: '/version',
        message: `Version ${version} is another document already, and versions never change. Give this one a new number.`,
      },
    ]);
  const before = await readActive(trx, name);
  if (isOffered) await WorkflowRecord.query(trx).where({ name, active: true }).patch({ active: false });
  const createdAt = clock.now();
  await WorkflowRecord.query(trx).insert({
    name,
    version,
    digest,
    manifest: content,
    active: isOffered,
    createdBy: actor?.id ?? null,
    createdAt,
  });
  const data = { digest, before, after: isOffered ? { activeVersion: version } : before };
  await recordAct({ clock }, trx, {
    ...(actor ? { actor } : { actorId: null }),
    action: 'workflow.create',
    target: targetOf(name, version),
    data,
  });
  return { record: await WorkflowRecord.query(trx).findById([name, version]).throwIfNotFound(), isNew: true };
}

/** Which version of a name is active, for the audit. The row stays as it is until the transaction ends. */
async function readActive(trx: Transaction, name: string): Promise<{ activeVersion: number | null }> {
  const row = await WorkflowRecord.query(trx).findOne({ name, active: true }).select('version').forUpdate();
  return { activeVersion: row?.version ?? null };
}

const targetOf = (name: string, version: number): string => `workflow:${name}@${version}`;

/** All stored workflows by name, the newest version first. */
export const listVersions = (database: Database): Promise<WorkflowRecord[]> =>
  WorkflowRecord.query(database)
    .orderBy([{ column: 'name' }, { column: 'version', order: 'desc' }])
    .execute();

/** @throws Problem `not-found`. */
export async function requireVersion(
  database: Database | Transaction,
  name: string,
  version: number,
): Promise<WorkflowRecord> {
  const record = isAscii(name) ? await WorkflowRecord.query(database).findById([name, version]) : undefined;
  if (!record) throw unknownWorkflow();
  return record;
}

/**
 * Activates or deactivates a version. Accepted tasks keep theirs.
 * @throws Problem `not-found`.
 */
export async function activateVersion(
  deps: Deps,
  actor: Actor,
  { name, version, active }: Pick<WorkflowRecord, 'name' | 'version' | 'active'>,
): Promise<WorkflowRecord> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await inTransaction(deps.database, async (trx) => {
        await requireVersion(trx, name, version);
        const before = await readActive(trx, name);
        if (active) await WorkflowRecord.query(trx).where({ name, active: true }).patch({ active: false });
        await WorkflowRecord.query(trx).findById([name, version]).patch({ active });
        const action = active ? 'workflow.activate' : 'workflow.deactivate';
        const data = { before, after: await readActive(trx, name) };
        await recordAct(deps, trx, { actor, action, target: targetOf(name, version), data });
        return requireVersion(trx, name, version);
      });
    } catch (error) {
      if (!isDuplicateEntry(error) || turn === mostTurns) throw error;
    }
  }
}
