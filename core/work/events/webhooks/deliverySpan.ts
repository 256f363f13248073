import type { Database } from '../../../ground/db/connect.ts';
import type { WebhookDelivery } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import { isTracing, openSpan } from '../../../ground/telemetry/spans.ts';
import { formatTraceparent, parseTraceparent } from '../../../ground/telemetry/traceContext.ts';

/**
 * One try to deliver, as a span of the trace of the task that it tells of. The receiver is told of it by `traceparent`.
 * Where it goes is not: the address is the person's.
 * @param send resolves with the status of the answer; undefined when there was none
 */
export async function inDelivery(
  database: Database,
  delivery: Pick<WebhookDelivery, 'id' | 'outboxId'>,
  send: (headers: Record<string, string>) => Promise<number | undefined>,
): Promise<number | undefined> {
  const parent = isTracing() ? await findTaskSpan(database, delivery) : undefined;
  if (!parent) return send({});
  const span = openSpan({
    name: 'deliver webhook',
    kind: 'client',
    parent,
    attributes: {
      'http.request.method': 'POST',
      'messaging.operation.name': 'deliver',
      'messaging.message.id': delivery.id,
    },
  });
  const status = await span.run(() => send({ traceparent: formatTraceparent(span.context) }));
  span.end({
    attributes: status === undefined ? {} : { 'http.response.status_code': status },
    error: status === undefined ? 'no answer' : status >= 400 ? String(status) : undefined,
  });
  return status;
}

/** Nothing for an event that was deleted since: only its webhook is late. */
async function findTaskSpan(database: Database, { outboxId }: Pick<WebhookDelivery, 'outboxId'>) {
  const row = await OutboxEvent.query(database)
    .findById(outboxId)
    .join('tasks', 'tasks.id', 'outbox.taskId')
    .select('tasks.traceparent')
    .castTo<Pick<Task, 'traceparent'> | undefined>();
  return parseTraceparent(row?.traceparent);
}
