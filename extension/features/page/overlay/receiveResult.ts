import type { PageNews } from '../../messaging/protocol.ts';
import { takePart } from '../results/incomingResult.ts';
import { type ShownRun, takeResult } from '../results/shownRun.ts';
import type { Overlay } from './overlay.ts';

/** Asks for the next part, unless that one is on its way. */
export function askForResult({ send }: Pick<Overlay, 'send'>, { run, incoming }: ShownRun): void {
  if (incoming.isAsked) return;
  incoming.isAsked = true;
  send({ kind: 'readResult', runId: run.id, fromByte: incoming.bytes });
}

/** After a part did not get through: once more, from there on. */
export function fetchAgain(overlay: Overlay, target: ShownRun): void {
  target.resultProblem = undefined;
  askForResult(overlay, target);
}

/** What was asked for over a line that broke is not answered any more. */
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
  // At once, since the person may leave the page on seeing it.
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
  // Nothing will come; the person sees why, and the way to it.
  target.isTaken = true;
  overlay.send({ kind: 'taken', runId });
}
