import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { createPatience } from './patience.ts';

function setUp(pid?: number) {
  const clock = createManualClock();
  const logFile = join(createTestDir(), 'log');
  const isPatient = createPatience(clock, { readyTimeoutMs: 100, logFile }, pid);
  return { isPatient, pass: () => clock.advance(101), say: () => appendFileSync(logFile, 'a line\n') };
}

test('a start that does nothing is given up after its time, and not before', async () => {
  const { isPatient, pass } = setUp();
  expect(isPatient()).toBe(true);
  await pass();
  expect(isPatient()).toBe(false);
});

test('a start that goes on writing its log is waited for, ten times as long', async () => {
  const { isPatient, pass, say } = setUp();
  const waited: boolean[] = [];
  for (let time = 0; time < 11; time += 1) {
    say();
    await pass();
    waited.push(isPatient());
  }
  expect(waited).toEqual([...Array(9).fill(true), false, false]);
});

test.runIf(process.platform === 'linux')('a start that goes on computing is waited for', async () => {
  const { isPatient, pass } = setUp(process.pid);
  const { user, system } = process.cpuUsage();
  while (process.cpuUsage().user + process.cpuUsage().system < user + system + 30_000);
  await pass();
  expect(isPatient()).toBe(true);
});
