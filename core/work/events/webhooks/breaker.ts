import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { Webhook } from '../../../ground/db/models/operation.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/** From this many failures one after the other, a receiver rests between the tries. */
export const mostFailures = 5;
const firstRestSeconds = 30;
const longestRestSeconds = 3_600;
/** `firstRestSeconds` doubled so often is past the longest. */
const mostDoublings = 7;
/** A receiver that fails for so long is disabled, so that nothing waits for it without end. */
const givenUpAfterHours = 5 * 24;

const closed = { failures: 0, failingSince: null, restingUntil: null };

/**
 * The breaker of a webhook. *Closed* with fewer than `mostFailures` in a row: everything due is sent. *Open* until
 * `restingUntil`: nothing is sent, and no try of a delivery is spent. *Half open* after that: one post at a time; a
 * failure opens it again for twice as long, up to an hour, and a success closes it. After five days of failures the
 * webhook is disabled.
 */
export async function noteOutcome(
  { database, clock }: { database: Database; clock: Clock },
  webhookId: string,
  isDelivered: boolean,
): Promise<void> {
  const row = Webhook.query(database).findById(webhookId);
  if (isDelivered) {
    await row.where('failures', '>', 0).patch(closed);
    return;
  }
  const now = clock.now();
  // Set from left to right: the rest is reckoned from the number before this failure.
  await database.raw(
    `UPDATE webhooks SET
      resting_until = CASE WHEN failures + 1 < ? THEN NULL
        ELSE DATE_ADD(?, INTERVAL LEAST(?, ? << LEAST(?, failures + 1 - ?)) SECOND) END,
      disabled_at = CASE WHEN failing_since < DATE_SUB(?, INTERVAL ? HOUR) THEN ? ELSE disabled_at END,
      failing_since = COALESCE(failing_since, ?),
      failures = failures + 1
    WHERE id = ?`,
    [
      mostFailures,
      now,
      longestRestSeconds,
      firstRestSeconds,
      mostDoublings,
      mostFailures,
      now,
      givenUpAfterHours,
      now,
      now,
      webhookId,
    ],
  );
}

/** Somebody says that the receiver is well again: what is due is sent at once, also if the webhook was disabled. */
export async function closeBreaker(database: Database | Transaction, webhookId: string): Promise<void> {
  await Webhook.query(database)
    .findById(webhookId)
    .patch({ ...closed, disabledAt: null });
}
