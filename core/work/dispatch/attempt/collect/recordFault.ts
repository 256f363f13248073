import type { Graph } from '@star-graph/workflows/graph/graph';
import { findModels } from '@star-graph/workflows/models/loaders';
import { Attempt, type AttemptFailure } from '../../../../ground/db/models/backend.ts';
import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import type { Fence } from '../../../tasks/ownerFence.ts';
import { recordNodeError } from '../../../tasks/recordNodeError.ts';
import type { AssignedAttempt, AttemptDeps } from '../attempt.ts';
import type { Followed } from '../run/followPrompt.ts';
import type { FailedModels } from './classifyOutcome.ts';
import { suspectModels } from './suspectModels.ts';

/** What an attempt broke off with, and what earlier ones of its task did. */
export interface RecordedFault {
  models: FailedModels | undefined;
  /** Earlier attempts broke off in the same way. */
  isRepeated: boolean;
  /** How long those ran. */
  earlierSeconds: number;
}

const noFault: RecordedFault = { models: undefined, isRepeated: false, earlierSeconds: 0 };

/** A server that was lost has said nothing. */
const serverLost = 'The server was lost while it ran this.';

/** Records a node's error, or the loss of a server that ran it, for administrators before the attempt ends. */
export async function recordFault(
  deps: AttemptDeps,
  { fence, signals }: Pick<AssignedAttempt, 'fence' | 'signals'>,
  { outcome, hasStarted, usedSeconds }: Pick<Followed, 'outcome' | 'hasStarted' | 'usedSeconds'>,
  graph: Graph,
): Promise<RecordedFault> {
  const isLost = hasStarted && (outcome.kind === 'forgotten' || outcome.kind === 'unreachable');
  if (outcome.kind !== 'failed' && !isLost) return noFault;
  const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
  const loaded = findModels(graph);
  const record: AttemptFailure = {
    ...(failure?.nodeId && { nodeId: failure.nodeId }),
    ...(failure?.nodeType && { nodeType: failure.nodeType }),
    message: failure?.message ?? serverLost,
    models: loaded.map(({ folder, name }) => `${folder}/${name}`),
    seconds: usedSeconds,
  };
  await retryWrite(deps, () => recordNodeError(deps, fence, record), signals.left);
  const earlier = await retryWrite(deps, () => listEarlier(deps, fence, record), signals.left);
  return {
    models: failure && { loaded, suspects: suspectModels(graph, failure) },
    isRepeated: earlier.length > 0,
    earlierSeconds: earlier.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
  };
}

/** Most tasks have one attempt, and cost no statement. */
async function listEarlier(
  { database }: Pick<AttemptDeps, 'database'>,
  { taskId, attempt }: Fence,
  record: AttemptFailure,
): Promise<AttemptFailure[]> {
  if (attempt === 1) return [];
  const rows = await Attempt.query(database)
    .where({ taskId })
    .where('attempt', '<', attempt)
    .whereNotNull('failure')
    .select('failure');
  return rows.flatMap(({ failure }) => (failure && isSame(failure, record) ? [failure] : []));
}

const isSame = (one: AttemptFailure, other: AttemptFailure): boolean =>
  one.nodeId === other.nodeId &&
  one.nodeType === other.nodeType &&
  withoutNumbers(one.message) === withoutNumbers(other.message);

/** Bytes that were free, addresses, times. */
const withoutNumbers = (message: string): string => message.replace(/\d+(?:\.\d+)?/g, '#');
