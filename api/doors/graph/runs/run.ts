import type { Database } from '@star-graph/core/ground/db/connect';
import { findTasksWithOutputs, listTasks, type TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { OwnGraphParams } from '@star-graph/workflows/graph/ownGraphParams';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { z } from 'zod';

/** A person's graph with what its client calls it by. */
export interface Run extends TaskWithOutputs {
  promptId: string;
  clientId: string | undefined;
  workflowId: string | undefined;
  /** Nodes whose pictures go to the client's socket. */
  sentBack: readonly string[];
  params: OwnGraphParams;
}

/** What a client called its prompt and itself, kept as the note of the task. */
const refsSchema = z.object({
  prompt_id: z.string().optional(),
  client_id: z.string().optional(),
  workflow_id: z.string().optional(),
  sent_back: z.array(z.string()).optional(),
});
type ClientRefs = z.output<typeof refsSchema>;

export const writeRefs = (refs: ClientRefs): string => JSON.stringify(refs);

function readRefs(clientRef: string | undefined): ClientRefs {
  try {
    return refsSchema.parse(JSON.parse(clientRef ?? '{}'));
  } catch {
    // Another client's note: no graph of this door has one.
    return {};
  }
}

function toRun(found: TaskWithOutputs): Run {
  const { task } = found;
  const refs = readRefs(task.meta.clientRef);
  const { prompt_id: promptId = task.id, client_id: clientId, workflow_id: workflowId } = refs;
  const { sent_back: sentBack = [] } = refs;
  const params = task.params as unknown as OwnGraphParams;
  return { ...found, promptId, clientId, workflowId, sentBack, params };
}

/** ComfyUI forgets its history with each restart; clients look for what they just made. */
const mostShown = 200;

/** Newest first. */
export async function listRuns(database: Database, userId: string): Promise<Run[]> {
  const found = await listTasks(database, { userId, type: 'graph' }, { limit: mostShown });
  return found.map(toRun);
}

/** Those of the tasks that are graphs of the person, in no order. */
export async function findRuns(
  database: Database,
  userId: string,
  taskIds: readonly string[],
): Promise<Run[]> {
  const found = await findTasksWithOutputs(database, taskIds);
  return found.filter(({ task }) => task.userId === userId && task.type === 'graph').map(toRun);
}

/** The list with these in place of what it had of them. */
export function withNewer(list: readonly Run[], newer: readonly Run[]): Run[] {
  const added = new Map(newer.map((run) => [run.task.id, run]));
  const kept = list.map((run) => {
    const latest = added.get(run.task.id);
    added.delete(run.task.id);
    return latest ?? run;
  });
  if (added.size === 0) return kept;
  const all = [...added.values(), ...kept];
  return all.sort((a, b) => (a.task.id < b.task.id ? 1 : -1)).slice(0, mostShown);
}

export const isOver = ({ task }: Pick<Run, 'task'>): boolean => isTerminal(task.status);
/** One that is assigned may still wait behind another: it is taken out of the queue, and not interrupted. */
export const isRunning = ({ task }: Pick<Run, 'task'>): boolean => task.status === 'running';
