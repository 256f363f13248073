import { expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { type Check, runChecks } from './runChecks.ts';
import { isOlder } from './versions.ts';

const check = (name: string, run: Check['run']): Check => ({ name, limitMs: 1_000, run });
const well = async () => ({ summary: 'well', findings: [] });

test('a check that throws is a finding, and the others are reported', async () => {
  const reports = await runChecks({ clock: createManualClock() }, [
    check('first', () => Promise.reject(new Error('no reason'))),
    check('second', well),
  ]);
  expect(reports).toMatchObject([
    { name: 'first', findings: [{ code: 'check-failed', what: 'The check "first" failed: no reason.' }] },
    { name: 'second', findings: [] },
  ]);
});

test('a check that does not end is a finding after its limit', async () => {
  const clock = createManualClock();
  let isCut = false;
  const endless = check('endless', (signal) => {
    signal.addEventListener('abort', () => {
      isCut = true;
    });
    return new Promise(() => undefined);
  });
  const running = runChecks({ clock }, [endless, check('second', well)]);
  await clock.advance(1_000);
  expect(await running).toMatchObject([{ findings: [{ code: 'check-failed' }] }, { summary: 'well' }]);
  expect(isCut).toBe(true);
});

test.each([
  ['8.0.15', '8.0.16', true],
  ['8.0.16', '8.0.16', false],
  ['8.4', '8.0.16', false],
  ['10.11.6-MariaDB-1', '10.6', false],
  ['', '7.0', true],
])('%s is older than %s: %s', (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});
