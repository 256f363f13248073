import { Quarantine } from '../../ground/db/models/quarantine.ts';
import type { Inspector } from './inspector.ts';
import { type QuarantineDeps, settleUnchecked } from './quarantine.ts';

/** More wait for the next round. */
const atOnce = 50;
const mostFailures = 3;

/**
 * Looks again at what the classifier could not look at: shown if it is clear. The longest waiting comes first, and the
 * round ends after some failures. What failed goes to the end, so that a picture that no classifier can read holds up no
 * other.
 */
export async function inspectUnchecked(
  deps: QuarantineDeps,
  inspector: Pick<Inspector, 'inspectObject'>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = await Quarantine.query(deps.database)
    .where({ state: 'quarantined', reason: 'unchecked' })
    .orderBy('changedAt')
    .limit(atOnce);
  let failures = 0;
  for (const quarantine of waiting) {
    const verdict = await inspector.inspectObject(quarantine.storageKey, signal);
    if (verdict.kind !== 'withheld' || verdict.reason !== 'unchecked') {
      await settleUnchecked(deps, quarantine, verdict);
      continue;
    }
    const { id, version } = quarantine;
    await Quarantine.query(deps.database).where({ id, version }).patch({ changedAt: deps.clock.now() });
    failures += 1;
    if (failures === mostFailures) return;
  }
}
