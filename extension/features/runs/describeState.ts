import { describeCredits } from '../../i18n/describeCount.ts';
import { translate } from '../../i18n/translate.ts';
import { isNothingToShow } from './problem.ts';
import type { Run, RunProgress } from './run.ts';

/** One line on a run's state: its step, its place in the queue, and the expected time. */
export function describeState(run: Pick<Run, 'state' | 'problem'>, progress?: RunProgress): string {
  if (run.problem && isNothingToShow(run.problem)) return translate('stateNothing');
  if (run.state === 'waiting' && progress?.queuePosition !== undefined)
    return `${translate('stateWaiting')} · ${describePlace(progress.queuePosition)}${describeEta(progress.etaSeconds)}`;
  if (run.state === 'running' && progress?.step !== undefined && progress.steps !== undefined)
    return `${translate('stepOf', progress.step, progress.steps)}${describeEta(progress.etaSeconds)}`;
  return `${translate(stateKeys[run.state])}${describeEta(progress?.etaSeconds)}`;
}

/** The price of a form's values, and where known, when their result would be ready. */
export function describeQuote(quote: {
  cost: number;
  etaSeconds?: number | undefined;
  queuePosition?: number | undefined;
}): string {
  const place = quote.queuePosition === undefined ? '' : ` · ${describePlace(quote.queuePosition)}`;
  return `${describeCredits(quote.cost)}${describeEta(quote.etaSeconds)}${place}`;
}

/** @param position from 1, which is next */
const describePlace = (position: number): string =>
  position <= 1 ? translate('queueNext') : translate('queuePosition', position);

/** The cost of a cancel: the server charges the computed share. */
export const describeCancelled = ({ charged, cost }: Pick<Run, 'charged' | 'cost'>): string =>
  charged
    ? translate('stateCancelledCharged', charged, describeCredits(cost ?? charged))
    : translate('stateCancelled');

const stateKeys = {
  reading: 'stateReading',
  uploading: 'stateUploading',
  quoted: 'stateQuoted',
  submitting: 'stateSubmitting',
  waiting: 'stateWaiting',
  running: 'stateRunning',
  succeeded: 'stateSucceeded',
  failed: 'stateFailed',
  cancelled: 'stateCancelled',
} as const satisfies Record<Run['state'], string>;

function describeEta(etaSeconds: number | undefined): string {
  if (etaSeconds === undefined) return '';
  if (etaSeconds < 90) return ` · ${translate('etaSeconds', Math.max(1, Math.round(etaSeconds)))}`;
  return ` · ${translate('etaMinutes', Math.round(etaSeconds / 60))}`;
}
