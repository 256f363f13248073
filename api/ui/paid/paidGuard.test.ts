import { expect, test } from 'vitest';
import { createPaidGuard, type Made, type PressRun } from './paidGuard.ts';

/** A guard with a hand, a clock and a server that answers when it is told to. */
function createHand() {
  const state = { now: 0, made: 0, taken: [] as number[] };
  const questions: ((isYes: boolean) => void)[] = [];
  const answers: PromiseWithResolvers<Made | undefined>[] = [];
  const runs: PressRun[] = [];
  const guard = createPaidGuard({
    now: () => state.now,
    ask: () => {
      const answer = Promise.withResolvers<boolean>();
      questions.push(answer.resolve);
      return answer.promise;
    },
    tell: (run) => runs.push(run),
  });
  const press = (values: unknown = 'a fox') =>
    guard({
      operation: 'generate',
      values,
      findCost: async () => 4,
      make: () => {
        state.made += 1;
        const answer = Promise.withResolvers<Made | undefined>();
        answers.push(answer);
        return answer.promise;
      },
    });
  const answer = async (at: number) => {
    answers[at]?.resolve({ undo: async () => state.taken.push(at) });
    await answers[at]?.promise;
  };
  return { state, questions, answers, runs, press, answer };
}

test('an equal press within a second waits for a yes, and a no makes nothing', async () => {
  const { state, questions, press, answer } = createHand();
  const first = press();
  await answer(0);
  expect(await first).toBe(true);
  state.now = 999;
  const second = press();
  expect([state.made, questions.length]).toEqual([1, 1]);
  questions[0]?.(false);
  expect(await second).toBe(false);
  expect(state.made).toBe(1);
  state.now = 1_500;
  const third = press();
  questions[1]?.(true);
  await expect.poll(() => state.made).toBe(2);
  await answer(1);
  expect(await third).toBe(true);
});

test('an equal press waits for a yes while the last one is being sent, however long that takes', async () => {
  const { state, questions, press, answer } = createHand();
  const first = press();
  state.now = 60_000;
  void press();
  expect([state.made, questions.length]).toEqual([1, 1]);
  await answer(0);
  await first;
});

test('300 presses while the question stands are one question', async () => {
  const { state, questions, press } = createHand();
  for (let at = 0; at < 300; at += 1) void press();
  expect([state.made, questions.length]).toEqual([1, 1]);
});

test('another press, and an equal one after a second, is made without a question', async () => {
  const { state, questions, press, answer } = createHand();
  const first = press();
  const other = press('a hare');
  await Promise.all([answer(0), answer(1)]);
  await Promise.all([first, other]);
  state.now = 1_000;
  void press();
  expect([state.made, questions.length]).toEqual([3, 0]);
});

test('what made nothing is not made again: the next press is the first', async () => {
  const { state, questions, answers, press } = createHand();
  const refused = press();
  answers[0]?.resolve(undefined);
  expect(await refused).toBe(false);
  const lost = press();
  answers[1]?.reject(new Error('no line'));
  await expect(lost).rejects.toThrow('no line');
  void press();
  expect([state.made, questions.length]).toEqual([3, 0]);
});

test('a run of equal presses can be taken back, the last one or all', async () => {
  const { state, runs, press, answer } = createHand();
  for (const at of [0, 1, 2]) {
    state.now = at * 5_000;
    const made = press();
    await answer(at);
    await made;
  }
  expect(runs.map(({ count }) => count)).toEqual([2, 3]);
  await runs[1]?.undo();
  expect(state.taken).toEqual([2]);
  await runs[1]?.undoAll();
  expect(state.taken).toEqual([2, 0, 1]);
  state.now = 30_000;
  const made = press();
  await answer(3);
  await made;
  expect(runs).toHaveLength(2);
});
