import type { Task } from '../../ground/db/models/task.ts';
import { isTracing, recordSpan } from '../../ground/telemetry/spans.ts';
import { parseTraceparent } from '../../ground/telemetry/traceContext.ts';

/**
 * A task that was given to a backend: how long it waited for its first attempt, and the round of planning that chose
 * the backend. A round plans for many tasks, so each has its own span of it.
 */
export function recordPlanned(
  task: Task,
  { backendId, beganAt, endedAt }: { backendId: string; beganAt: Date; endedAt: Date },
): void {
  if (!isTracing()) return;
  const parent = parseTraceparent(task.traceparent);
  if (!parent?.isSampled) return;
  const startedAt = new Date(Math.max(beganAt.getTime(), task.createdAt.getTime()));
  if (task.attempt === 1)
    recordSpan({ name: 'queue', parent, startedAt: task.createdAt, endedAt: startedAt });
  const attributes = { 'star_graph.task.attempt': task.attempt, 'star_graph.backend.id': backendId };
  recordSpan({ name: 'plan', parent, startedAt, endedAt, attributes });
}
