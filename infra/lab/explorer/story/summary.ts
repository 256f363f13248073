import type { Ended } from './story.ts';

export interface Summary {
  readonly failed: number;
  add(ended: Ended): void;
  describe(): string;
}

/** Of a run: how much was told, and what was reached. */
export function createSummary(): Summary {
  const begunMs = performance.now();
  const states = new Set<string>();
  let [stories, steps, storyMs, lockWaits, failed] = [0, 0, 0, 0, 0];
  return {
    get failed() {
      return failed;
    },
    add(ended) {
      stories += 1;
      steps += ended.steps;
      storyMs += ended.ms;
      lockWaits += ended.lockWaits;
      if (ended.faults.length > 0) failed += 1;
      for (const state of ended.states) states.add(state);
    },
    describe() {
      const seconds = (performance.now() - begunMs) / 1_000;
      const { user, system } = process.cpuUsage();
      return [
        `${stories} stories, ${failed} of them failed`,
        `${steps} steps, ${(storyMs / 60_000).toFixed(1)} minutes of story time`,
        `${states.size} states of the tables, ${lockWaits} waits for a lock`,
        `${seconds.toFixed(0)} s, ${(stories / (seconds / 60)).toFixed(0)} stories a minute; ${((user + system) / 1e6).toFixed(0)} s of the processor`,
      ].join('\n');
    },
  };
}

/** As sentences: what was planned, what happened, and what was wrong. */
export function describeFailure({ plan, faults, story }: Ended): string {
  return [
    `Seed ${plan.seed} fails: ${faults.join('; ')}.`,
    `What is left of its plan: ${JSON.stringify(plan)}`,
    ...story.map((sentence) => `  ${sentence}`),
    `Again: npm run explore -- --seed ${plan.seed} --seeds 1 --tell`,
  ].join('\n');
}
