import type { Task } from '../../ground/db/models/task.ts';
import { parseTraceparent } from '../../ground/telemetry/traceContext.ts';

/** For people and programs; nothing for a task from before tasks had traces. */
export function traceIdOf({ traceparent }: Pick<Task, 'traceparent'>): { traceId?: string } {
  const span = parseTraceparent(traceparent);
  return span ? { traceId: span.traceId } : {};
}
