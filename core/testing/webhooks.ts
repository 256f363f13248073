import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { Webhook } from '../ground/db/models/operation.ts';
import { type EventRow, OutboxEvent } from '../ground/db/models/outboxEvent.ts';
import { createKeyRing } from '../ground/encryption/keyRing.ts';
import { newId } from '../ground/runtime/ids.ts';
import { enqueueWaiting, leaveToWebhooks } from '../work/events/webhooks/enqueueWebhooks.ts';
import { createUser } from './db/factories.ts';
import { presentRows, silentLog } from './events.ts';
import { createManualClock } from './manualClock.ts';
import { answering } from './services/answering.ts';

export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Keeps the requests; answers with `status`, once `mayAnswer` resolves. */
export async function startReceiver() {
  const receiver = {
    status: 204,
    mayAnswer: Promise.resolve(),
    posts: [] as { headers: Record<string, unknown>; body: string }[],
    url: '',
    headers: {} as Record<string, string>,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer(
    answering(async (request, response) => {
      receiver.posts.push({ headers: request.headers, body: await text(request) });
      await receiver.mayAnswer;
      response.writeHead(receiver.status, receiver.headers).end();
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://localhost:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

export async function addWebhook(database: Database, url: string, types = ['task_completed', 'task_failed']) {
  const user = await createUser(database, 0);
  return Webhook.query(database).insertAndFetch({
    id: newId(),
    userId: user.id,
    url,
    secret: webhookSecret,
    types,
    createdAt: new Date(),
  });
}

export async function addEvents(database: Database, userId: string, ...types: OutboxEvent['type'][]) {
  const rows: OutboxEvent[] = [];
  for (const type of types) {
    const row = { type, taskId: newId(), userId, apiKeyId: null, data: {}, createdAt: new Date() };
    rows.push(await OutboxEvent.query(database).insertAndFetch({ ...row, sentAt: new Date() }));
  }
  return rows;
}

export const createDeliveryDeps = (database: Database, keyRing = createKeyRing([])) => ({
  keyRing,
  database,
  clock: createManualClock(),
  log: silentLog,
  isAllowedAddress: () => true,
  presentTasks: presentRows(database),
});

/** What the relay and the next round of deliveries make of events. */
export async function enqueue(
  deps: Parameters<typeof enqueueWaiting>[0],
  events: readonly EventRow[],
): Promise<void> {
  await inTransaction(deps.database, (trx) => leaveToWebhooks(deps, trx, events));
  while (await enqueueWaiting(deps));
}
