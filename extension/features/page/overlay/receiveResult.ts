import type { PageNews } from '../../messaging/protocol.ts';
import { takePart } from '../incomingResult.ts';
import { type ShownRun, takeResult } from '../shownRun.ts';
import type { Overlay } from './overlay.ts';

/** Requests the next part, unless it is on its way. */
export function askForResult({ send }: Pick<Overlay, 'send'>, { run, incoming }: ShownRun): void {
  if (incoming.isAsked) return;
  incoming.isAsked = true;
  send({ kind: 'readResult', runId: run.id, fromByte: incoming.bytes });
}

/** Requests again from the part that did not arrive. */
export function fetchAgain(overlay: Overlay, target: ShownRun): void {
  target.resultProblem = undefined;
  askForResult(overlay, target);
}

/** A request over a broken connection gets no answer. */
export function forgetAsked({ shown }: Overlay): void {
  for (const { incoming } of shown.values()) incoming.isAsked = false;
}

export async function receivePart(
  overlay: Overlay,
  { runId, part }: PageNews & { kind: 'resultPart' },
): Promise<void> {
  const target = overlay.shown.get(runId);
  if (!target || target.isTaken) return;
  const arrived = takePart(target.incoming, part);
  if (!arrived) return askForResult(overlay, target);
  target.isTaken = true;
  // Sent at once, since the person may leave the page on seeing the result.
  overlay.send({ kind: 'taken', runId });
  await takeResult(target, arrived, overlay.redraw);
}

export function receiveFailure(
  overlay: Overlay,
  { runId, reason }: PageNews & { kind: 'resultFailed' },
): void {
  const target = overlay.shown.get(runId);
  if (!target) return;
  target.incoming.isAsked = false;
  target.resultProblem = reason;
  if (reason !== 'tooLarge') return;
  // No result will arrive; the person sees why and what to do.
  target.isTaken = true;
  overlay.send({ kind: 'taken', runId });
}
