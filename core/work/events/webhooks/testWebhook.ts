import { inTransaction } from '../../../ground/db/connect.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { closeBreaker } from './breaker.ts';
import { requireLivingKey, requireOwn } from './deliveries.ts';
import { type PostDeps, postToWebhook } from './postToWebhook.ts';

interface TestOutcome {
  /** Whether the receiver answered 2xx. */
  isTaken: boolean;
  /** Undefined: there was no answer. */
  status: number | undefined;
  tookMs: number;
}

/**
 * Posts a test message, signed like every other, and waits for the answer. It is no delivery: it is tried once, kept
 * nowhere, and counts for nothing when it fails. A receiver that takes it is well again: its breaker closes, and a
 * webhook that was disabled is enabled. A repeat posts another one.
 * @throws Problem `not-found`, also for another person's; `forbidden` where the webhook's service key has ended.
 */
export async function testWebhook(
  deps: PostDeps,
  own: { webhookId: string; userId: string },
): Promise<TestOutcome> {
  const webhook = await inTransaction(deps.database, async (trx) => {
    const found = await requireOwn(trx, own.webhookId, own.userId);
    await requireLivingKey(trx, found);
    return found;
  });
  const startedMs = performance.now();
  const status = await postToWebhook(deps, webhook, {
    id: newId(),
    body: JSON.stringify({
      type: 'webhook_test',
      webhookId: webhook.id,
      createdAt: deps.clock.now().toISOString(),
    }),
  });
  const tookMs = Math.round(performance.now() - startedMs);
  const isTaken = status !== undefined && status >= 200 && status < 300;
  if (isTaken)
    await inTransaction(deps.database, async (trx) => {
      // The post took time: it may be gone, and its key may have ended.
      await requireLivingKey(trx, await requireOwn(trx, own.webhookId, own.userId));
      await closeBreaker(trx, webhook.id);
    });
  return { isTaken, status, tookMs };
}
