import { expect, test } from 'vitest';
import { judge } from './outcome.ts';
import { toStretch } from './playJobs.ts';
import { firstIdle } from './policies/firstIdle.ts';
import { createProtocolCase } from './protocolCase.ts';
import { simulate } from './simulate.ts';

test('a case played exactly in time is judged as the simulated one', () => {
  const workload = createProtocolCase();
  const { stretches } = simulate(workload, firstIdle);
  const beganMs = 1_700_000_000_000;
  const played = stretches.flatMap(({ server, job, givenAt, beganAt, endedAt }) => {
    const [givenAtMs = 0, beganAtMs = 0, endedAtMs = 0] = [givenAt, beganAt, endedAt].map(
      (at) => beganMs + at * 1_000,
    );
    return job ? [toStretch({ job, server, givenAtMs, beganAtMs, endedAtMs }, beganMs)] : [];
  });
  const [real, simulated] = [{ stretches: played }, { stretches }].map((run) => judge(workload, run));
  expect(real?.usefulShare).toBeCloseTo(simulated?.usefulShare ?? 0, 3);
  expect(real?.lightWaits.map(Math.round)).toEqual(simulated?.lightWaits.map(Math.round));
});
