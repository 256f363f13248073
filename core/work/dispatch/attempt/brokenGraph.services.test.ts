import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Attempt, Backend } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import {
  type AttemptScene,
  createAttemptScene,
  type OwnedAttempt,
} from '../../../testing/dispatch/ownedAttempt.ts';
import { ownGraphOf, readGraphEnd } from '../../../testing/dispatch/ownGraphs.ts';
import type { ProgressBus } from '../../events/progressBus.ts';

let scene: AttemptScene;
/** The person's credits, held ones too: what is tried again stays held. */
let owned: number;

beforeAll(async () => {
  scene = await createAttemptScene();
});
afterAll(() => scene?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await scene.preview.control({ disarm: 'all' });
  const { available, held } = await findBalance(scene.setup.database, scene.setup.userId);
  owned = available + held;
});

/** More than the slowest machine needs, at a price that shows a hundredth of a second. */
const mostSeconds = 900;
const hold = mostSeconds * 100;
const assignGraph = () => scene.assignGraph(ownGraphOf({ mostSeconds, creditsPerSecond: 100 }));
const read = (attempt: OwnedAttempt) => readGraphEnd(scene.setup, attempt, owned);
const rowOf = ({ task }: OwnedAttempt) =>
  Task.query(scene.setup.database).findById(task.id).throwIfNotFound();
const untilRunning = (attempt: OwnedAttempt) =>
  eventually(async () => expect((await rowOf(attempt)).status).toBe('running'));

/** The first node waits until `breakOff`; then the fault strikes. */
const armed = (fault: object) => scene.preview.control({ arm: [{ kind: 'hold', times: 'always' }, fault] });
const breakOff = () => scene.preview.control({ disarm: ['hold'] });
const ofGraph = {
  kind: 'node-error',
  classType: 'KSampler',
  message: "shape '[1, 4]' is invalid for input of size 3",
};

const paidOnce = (charged: number) => ({
  status: 'failed',
  code: 'graph-failed',
  charged,
  paid: charged,
  attempts: 1,
  settled: 1,
  slots: 0,
  isSound: true,
});
const free = { status: 'queued', charged: undefined, paid: 0, settled: 0, slots: 0, isSound: true };

test('a graph whose node breaks pays the time until then, once, and is not tried again', async () => {
  await armed(ofGraph);
  const attempt = await assignGraph();
  const running = attempt.run();
  await untilRunning(attempt);
  await breakOff();
  expect(await running).toEqual({ kind: 'failed', doubtOf: scene.setup.userId });
  const { error, cancelCharge } = await rowOf(attempt);
  expect(cancelCharge).toBeGreaterThan(0);
  expect(cancelCharge).toBeLessThan(hold);
  expect(await read(attempt)).toEqual(paidOnce(cancelCharge));
  expect(error?.node).toEqual({ id: '3', type: 'KSampler', exceptionType: 'RuntimeError' });
  expect(error?.detail).toContain(`node 3, KSampler: “${ofGraph.message}”.`);
  expect(error?.detail).toContain(`cost ${inCredits(cancelCharge)}.`);
});

test.each([
  ['too little memory', { kind: 'out-of-memory' }],
  ['an error of the driver', { kind: 'node-error', message: 'CUDA error: an illegal memory access' }],
])('a graph that meets %s is tried again, and costs nothing', async (_what, fault) => {
  await armed(fault);
  const attempt = await assignGraph();
  const running = attempt.run();
  await untilRunning(attempt);
  await breakOff();
  expect(await running).toMatchObject({ kind: 'elsewhere' });
  expect(await read(attempt)).toMatchObject(free);
});

test('a workflow whose node breaks is tried again, and costs nothing', async () => {
  await armed({ ...ofGraph, classType: undefined });
  const attempt = await scene.assignTask();
  const running = attempt.run();
  await untilRunning(attempt);
  await breakOff();
  expect(await running).toMatchObject({ kind: 'elsewhere', blame: 'either' });
  expect(await read(attempt)).toMatchObject(free);
});

test.each([
  ['a graph is ended at its time, however silent, and shows what that costs', true],
  ['a workflow counts as stuck when it is silent, and shows no cost', false],
] as const)('where cancels are free %s', async (_what, isGraph) => {
  await scene.preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const attempt = await (isGraph ? assignGraph() : scene.assignTask());
  const follow = vi.spyOn(attempt.client, 'follow');
  const publish = vi.fn<ProgressBus['publish']>();
  const running = attempt.run({ chargesCancel: () => false, publish });
  await untilRunning(attempt);
  await eventually(() => expect(publish).toHaveBeenCalled());
  await breakOff();
  expect(await running).toMatchObject({ kind: 'succeeded' });
  expect(follow.mock.calls.map(([{ isTimed }]) => isTimed)).toEqual([isGraph]);
  const costs = publish.mock.calls.map(([{ chargeable }, { cancelCost }]) => [chargeable, cancelCost]);
  const cost = isGraph ? expect.toSatisfy((credits) => credits > 0) : undefined;
  expect(costs).toEqual(costs.map(() => [undefined, cost]));
});

test('an owner that is gone before the end charges nothing; its successor charges the run, not the time that nobody looked', async () => {
  await armed(ofGraph);
  const attempt = await assignGraph();
  const running = attempt.run();
  await untilRunning(attempt);
  const { database } = scene.setup;
  const successor = { owner: newId(), epoch: attempt.fence.epoch + 1 };
  await Backend.query(database).findById(attempt.fence.backendId).patch(successor);
  await breakOff();
  expect(await running).toEqual({ kind: 'left' });
  expect(await read(attempt)).toMatchObject({ status: 'running', paid: 0, settled: 0, slots: 1 });
  // Half of its time ago, of which the server worked for a moment.
  const startedAt = new Date(Date.now() - (mostSeconds * 1_000) / 2);
  await Attempt.query(database).findById([attempt.task.id, 1]).patch({ startedAt });
  expect(await attempt.run({ owner: successor })).toMatchObject({
    kind: 'failed',
  });
  const { cancelCharge } = await rowOf(attempt);
  expect(cancelCharge).toBeLessThan(hold / 2);
  expect(await read(attempt)).toEqual(paidOnce(cancelCharge));
});
