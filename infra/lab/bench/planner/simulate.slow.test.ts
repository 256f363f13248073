import { describe, expect, test } from 'vitest';
import { policies } from './comparePolicies.ts';
import { judge } from './outcome.ts';
import { mostPressure } from './policies/mostPressure.ts';
import { roundRobin } from './policies/roundRobin.ts';
import { swarmUi } from './policies/swarmUi.ts';
import { type FileSet, type Job, type Policy, swapSeconds } from './pool.ts';
import { simulate } from './simulate.ts';
import { createWorkload, shapes } from './workloads.ts';

const checkpoint = (file: string): FileSet => ({
  key: file,
  files: new Map([[file, 10]]),
  bytes: new Map([[file, 6e9]]),
});
const [a, b] = [checkpoint('checkpoints/a'), checkpoint('checkpoints/b')];
const job = (id: string, atSeconds: number, set = a, values: Partial<Job> = {}): Job => ({
  id,
  atSeconds,
  set,
  person: 'p1',
  runSeconds: 4,
  ...values,
});
const one = [{ id: 's1', speed: 1 }];
const two = [...one, { id: 's2', speed: 2 }];
const endsOf = (policy: Policy, servers: typeof one, jobs: readonly Job[]) =>
  simulate({ servers, jobs, untilSeconds: 1_000 }, policy).stretches.map((stretch) => [
    stretch.job?.id,
    stretch.server,
    stretch.endedAt,
  ]);

describe('the simulator', () => {
  test('loads what is missing once, and runs one job at a time', () => {
    const jobs = [job('j1', 0), job('j2', 1), job('j3', 2, b)];
    expect(endsOf(roundRobin, one, jobs)).toEqual([
      ['j1', 's1', 14],
      ['j2', 's1', 18],
      ['j3', 's1', 32],
    ]);
  });

  test('runs jobs sooner on a faster server, and loads no sooner there', () => {
    expect(endsOf(roundRobin, two, [job('j1', 0), job('j2', 0)])).toEqual([
      ['j2', 's2', 12],
      ['j1', 's1', 14],
    ]);
  });

  test('loads only the files that are not shared', () => {
    const files = (name: string): FileSet => ({
      key: name,
      files: new Map([
        [`diffusion_models/${name}`, 8],
        ['text_encoders/t', 5],
      ]),
      bytes: new Map(),
    });
    const [first, second] = [files('x'), files('y')];
    expect(swapSeconds(first, undefined)).toBe(13);
    expect(swapSeconds(second, first)).toBe(8);
  });

  test('refuses a job that does not wait', () => {
    const twice: Policy = {
      name: 'twice',
      create:
        () =>
        ({ waiting: [first] }) => ({
          decisions: first ? [1, 2].map(() => ({ server: 's1', job: first })) : [],
        }),
    };
    expect(() => endsOf(twice, one, [job('j1', 0)])).toThrow('does not wait');
  });

  test('asks again when a rule wants to be asked', () => {
    // SwarmUI loads nothing for a request of the same moment if it has a choice of servers.
    const [loaded, done] = simulate(
      { servers: two, jobs: [job('j1', 0)], untilSeconds: 100 },
      swarmUi,
    ).stretches;
    expect(loaded).toMatchObject({ job: undefined, beganAt: 2, endedAt: 12 });
    expect(done).toMatchObject({ job: { id: 'j1' }, beganAt: 12, swapSeconds: 0 });
  });

  test('gives equal runs for equal seeds and runs no job twice', () => {
    const [shape] = shapes;
    if (!shape) throw new Error('there is a shape');
    const small = { ...shape, dump: 20 };
    const workload = createWorkload(small, 0.7, 7);
    expect(createWorkload(small, 0.7, 7)).toEqual(workload);
    for (const policy of policies) {
      const ran = simulate(workload, policy).stretches.flatMap((stretch) => stretch.job ?? []);
      expect(new Set(ran).size, policy.name).toBe(ran.length);
      expect(simulate(workload, policy).stretches.flatMap((stretch) => stretch.job ?? [])).toEqual(ran);
    }
  });
});

describe('the judgement of a run', () => {
  const workload = { servers: one, dumpAtSeconds: 0, dumpEndsAtSeconds: 100, untilSeconds: 100 };

  test('tells useful time from loading and counts waits until the start', () => {
    const jobs = [job('j1', 0), job('j2', 1), job('j3', 2, b), job('j4', 3, a)];
    const outcome = judge({ ...workload, jobs }, simulate({ ...workload, jobs }, mostPressure));
    expect(outcome.usefulShare).toBeCloseTo(16 / 100);
    expect(outcome.busyShare).toBeCloseTo(36 / 100);
    expect(outcome.swapsPerJob).toBeCloseTo(2 / 4);
    expect(outcome.lightWaits).toEqual([10, 13, 30, 15]);
  });

  test('compares what two people got while both waited, and no longer', () => {
    // Four jobs of p1 run while p2 waits; what p1 gets afterwards counts for nothing.
    const jobs = [
      ...[1, 2, 3, 4, 5, 6].map((n) => job(`j${n}`, 0)),
      job('other', 5, b, { person: 'p2' }),
      ...[7, 8].map((n) => job(`j${n}`, 60)),
    ];
    const outcome = judge({ ...workload, jobs }, simulate({ ...workload, jobs }, mostPressure));
    expect(outcome.serviceGap).toBe(5 * 4);
  });
});
