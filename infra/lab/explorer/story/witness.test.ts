import { expect, test } from 'vitest';
import { type Actor, beginMs, type Step, type World } from '../world/world.ts';
import type { Seen } from './seen.ts';
import { type AttemptRow, Witness } from './witness.ts';

const actor = { name: 'dispatcher 1', identity: 'one' } as Actor;
const commit = { actor, moment: 'owner commits' } as Step;
const attempt = { taskId: 't', attempt: 1, backendId: 'b', promptId: null, current: 1 } as AttemptRow;

/** Dispatcher 1 ends its attempt; who owns the server before and after that. @returns what is wrong. */
async function endUnder(before: string, after: string, endsInMs = -1): Promise<string[]> {
  const robbed: string[] = [];
  let lease = { id: 'b', owner: before, epoch: 1, endsAtMs: String(beginMs + endsInMs) };
  const world = { steps: 7, nowMs: () => 0 } as unknown as World;
  const seen = { sometimes: new Set(), mayHold: false, mayRunTwice: false } as unknown as Seen;
  const witness = new Witness(
    { ask: async () => [lease], stampOf: () => `${lease.epoch}` },
    world,
    [],
    seen,
    (who) => robbed.push(who),
  );
  const rowOf = (state: AttemptRow['state'], owner: string): AttemptRow[] => [
    { ...attempt, state, owner, leader: 'one', isOpen: 1, status: 'running' },
  ];
  expect(witness.seeCommit(rowOf('running', before), new Set([actor]))).toEqual([]);
  await witness.seeBegin(commit);
  lease = { ...lease, owner: after, epoch: 2 };
  const faults = await witness.seeEnd(commit);
  expect(robbed).toEqual(before === after || faults.length > 0 ? [] : [before]);
  return [...faults, ...witness.seeCommit(rowOf('ended', after), new Set([actor]))];
}

test('who takes a server may have waited for the commit of its owner', async () => {
  expect(await endUnder('one', 'two')).toEqual([]);
  expect(await endUnder('two', 'two')).toEqual([
    'dispatcher 1 changes attempt 1 of t to ended and does not own its server',
  ]);
  expect(await endUnder('one', 'two', 5)).toEqual(['the lease of b is taken from one whose lease runs']);
});
