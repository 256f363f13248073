import { takePart } from './incomingResult.ts';
import type { PageNews } from './protocol.ts';
import { type ShownRun, takeResult } from './shownRun.ts';
import type { Stage } from './stage.ts';

/** Asks for the next part, unless that one is on its way. */
export function askForResult({ send }: Pick<Stage, 'send'>, { run, incoming }: ShownRun): void {
  if (incoming.isAsked) return;
  incoming.isAsked = true;
  send({ kind: 'readResult', runId: run.id, fromByte: incoming.bytes });
}

/** After a part did not get through: once more, from there on. */
export function fetchAgain(stage: Stage, target: ShownRun): void {
  target.resultProblem = undefined;
  askForResult(stage, target);
}

/** What was asked for over a line that broke is not answered any more. */
export function forgetAsked({ shown }: Stage): void {
  for (const { incoming } of shown.values()) incoming.isAsked = false;
}

export async function receivePart(
  stage: Stage,
  { runId, part }: PageNews & { kind: 'resultPart' },
): Promise<void> {
  const target = stage.shown.get(runId);
  if (!target || target.isTaken) return;
  const arrived = takePart(target.incoming, part);
  if (!arrived) return askForResult(stage, target);
  target.isTaken = true;
  // At once, since the person may leave the page on seeing it.
  stage.send({ kind: 'taken', runId });
  await takeResult(target, arrived, stage.redraw);
}

export function receiveFailure(stage: Stage, { runId, reason }: PageNews & { kind: 'resultFailed' }): void {
  const target = stage.shown.get(runId);
  if (!target) return;
  target.incoming.isAsked = false;
  target.resultProblem = reason;
  if (reason !== 'tooLarge') return;
  // Nothing will come; the person sees why, and the way to it.
  target.isTaken = true;
  stage.send({ kind: 'taken', runId });
}
