import type { Database } from '@star-graph/core/ground/db/connect';
import type { BackendRecord } from '../cluster/trialBackend.ts';
import { countSpoiltTransfers, losesPrompts } from '../strikes.ts';
import type { Checked, CheckInput } from './checkInput.ts';
import type { Struck } from './history.ts';

/** A backend that is silent for this long counts as dead: its prompts may be run again. */
const unreachableAfterMs = 4_000;
/** A result that a backend fails to deliver whole in this many tries is given up and made elsewhere. */
const transfersTried = 4;

interface KnownPrompt {
  promptId: string;
  taskId: string;
  url: string;
  /** Why its attempt ended without success; null where it did not. */
  fault: string | null;
}

/**
 * Checks the backends' own records: no prompt that is not in the table of attempts, none twice, none left, and no
 * task that succeeded twice without a lost backend.
 */
export async function checkBackends({ cluster, history }: CheckInput): Promise<string[]> {
  const lossy = new Set(
    cluster.backends.map(({ name }) => name).filter((name) => mayLoseResults(history.struck, name)),
  );
  const faults: string[] = [];
  const successes = new Map<string, string[]>();
  for (const backend of cluster.backends) {
    const record = await backend.read();
    const known = await findPrompts(cluster.db, record);
    faults.push(...checkRecord(backend, record, known));
    if (lossy.has(backend.name)) continue;
    for (const [promptId, end] of record.history) {
      const prompt = known.get(promptId);
      if (end !== 'success' || !prompt) continue;
      const { taskId, fault } = prompt;
      const run = `${promptId} on ${backend.name}${fault === null ? '' : ` (${fault})`}`;
      successes.set(taskId, [...(successes.get(taskId) ?? []), run]);
    }
  }
  for (const [taskId, prompts] of successes)
    if (prompts.length > 1) faults.push(`task ${taskId} ran to success twice: ${prompts.join(', ')}`);
  return faults;
}

function mayLoseResults(struck: readonly Struck[], name: string): boolean {
  const strikes = struck.filter(({ targets }) => targets.includes(name)).map(({ planned }) => planned.strike);
  const spoiltTransfers = strikes.reduce((sum, strike) => sum + countSpoiltTransfers(strike), 0);
  return (
    strikes.some((strike) => losesPrompts(strike, unreachableAfterMs)) || spoiltTransfers >= transfersTried
  );
}

async function findPrompts(db: Database, record: BackendRecord): Promise<Map<string, KnownPrompt>> {
  const ids = [...new Set([...record.runs, ...record.history.keys(), ...record.held])];
  const rows: KnownPrompt[] = await db('attempts')
    .join('backends', 'backends.id', 'attempts.backendId')
    .whereIn('attempts.promptId', ids)
    .select('attempts.promptId', 'attempts.taskId', 'attempts.fault', 'backends.url');
  return new Map(rows.map((row) => [row.promptId, row]));
}

function checkRecord(
  { name, url }: Pick<Checked, 'name' | 'url'>,
  { runs, history, held }: BackendRecord,
  known: ReadonlyMap<string, KnownPrompt>,
): string[] {
  const seen = new Set([...runs, ...history.keys(), ...held]);
  return [
    ...[...seen]
      .filter((id) => !known.has(id))
      .map((id) => `${name} got a prompt ${id} that no attempt names`),
    ...[...seen]
      .filter((id) => known.has(id) && known.get(id)?.url !== url)
      .map((id) => `${name} got prompt ${id}, whose attempt is of another backend`),
    ...runs.filter((id, at) => runs.indexOf(id) !== at).map((id) => `${name} ran prompt ${id} twice`),
    ...held.map((id) => `${name} still holds prompt ${id}`),
  ];
}
