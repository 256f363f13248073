import type { Clock } from '../../ground/runtime/clock.ts';
import { type Finding, finding } from './findings.ts';

export interface CheckResult {
  /** A few words about what was looked at. */
  summary: string;
  findings: Finding[];
  /** What was found beside faults: lists with titles. */
  details?: readonly Detail[];
}

export interface Detail {
  title: string;
  lines: readonly string[];
}

export interface Check {
  name: string;
  /** Longer is a finding. What the check still does then is cut off by the signal. */
  limitMs: number;
  run(signal: AbortSignal): Promise<CheckResult>;
}

export interface CheckReport extends CheckResult {
  name: string;
}

/**
 * Runs all checks side by side. One that throws or does not end is a finding itself. The reports have the order of the
 * checks; `onReport` is told of each as it comes.
 */
export function runChecks(
  deps: { clock: Pick<Clock, 'after'> },
  checks: readonly Check[],
  onReport: (report: CheckReport) => void = () => undefined,
): Promise<CheckReport[]> {
  return Promise.all(
    checks.map(async (check) => {
      const report = { name: check.name, ...(await runCheck(deps, check)) };
      onReport(report);
      return report;
    }),
  );
}

async function runCheck(
  { clock }: { clock: Pick<Clock, 'after'> },
  { name, limitMs, run }: Check,
): Promise<CheckResult> {
  const ending = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<CheckResult>();
  const cancel = clock.after(limitMs, () => {
    ending.abort(new Error('the time of the check is over'));
    resolve(failed(`The check "${name}" has not ended within ${limitMs / 1_000} seconds.`));
  });
  try {
    return await Promise.race([run(ending.signal), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(`The check "${name}" failed: ${why.replace(/\.$/, '')}.`);
  } finally {
    cancel();
  }
}

const failed = (what: string): CheckResult => ({
  summary: '',
  findings: [
    finding('check-failed', what, 'Run the doctor again; if it repeats, what it looked at does not answer.'),
  ],
});
