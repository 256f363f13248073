import { type Moment, moments } from '../world/moments.ts';
import { type Sometimes, sometimes } from './seen.ts';
import type { Ended } from './story.ts';

export interface Summary {
  readonly failed: number;
  /** What this run should have seen by now; fewer stories need not see everything. */
  readonly unseen: readonly (Sometimes | Moment)[];
  add(ended: Ended): void;
  /** How far the run is; undefined between two of the stories after which it says so. */
  progressAt(seed: number): string | undefined;
  describe(): string;
}

/** So many stories see everything, by far. */
const enoughStories = 2_000;

/** A run says how far it is after each so many stories. */
const storiesALine = 500;

/** Of a run: how much was told, and what was reached. */
export function createSummary(): Summary {
  const begunMs = performance.now();
  const states = new Set<string>();
  const seen = new Set<Sometimes | Moment>();
  const wanted = [...sometimes, ...moments];
  const listUnseen = () => wanted.filter((one) => !seen.has(one));
  let [stories, steps, storyMs, lockWaits, failed] = [0, 0, 0, 0, 0];
  const storiesAMinute = () => (stories / ((performance.now() - begunMs) / 60_000)).toFixed(0);
  return {
    get failed() {
      return failed;
    },
    get unseen() {
      return stories < enoughStories ? [] : listUnseen();
    },
    add(ended) {
      stories += 1;
      steps += ended.steps;
      storyMs += ended.ms;
      lockWaits += ended.lockWaits;
      if (ended.faults.length > 0) failed += 1;
      for (const state of ended.states) states.add(state);
      for (const one of [...ended.sometimes, ...ended.moments]) seen.add(one);
    },
    progressAt(seed) {
      if (stories % storiesALine > 0) return undefined;
      return `seed ${seed}: ${stories} stories, ${failed} of them failed, ${storiesAMinute()} stories a minute`;
    },
    describe() {
      const seconds = (performance.now() - begunMs) / 1_000;
      const { user, system } = process.cpuUsage();
      return [
        `${stories} stories, ${failed} of them failed`,
        `${steps} steps, ${(storyMs / 60_000).toFixed(1)} minutes of story time`,
        `${seen.size} of ${wanted.length} moments and states; not seen: ${listUnseen().join(', ') || 'none'}`,
        `${states.size} states of the tables, ${lockWaits} waits for a lock`,
        `${seconds.toFixed(0)} s, ${storiesAMinute()} stories a minute; ${((user + system) / 1e6).toFixed(0)} s of the processor`,
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

/** Where two tellings of one seed part: by what could be chosen, and by what was told before that. */
export function describeParting(one: Ended, other: Ended): string {
  const part = (name: 'choices' | 'story'): string[] => {
    const length = Math.max(one[name].length, other[name].length);
    const at = Array.from({ length }).findIndex((_, index) => one[name][index] !== other[name][index]);
    return at < 0 ? [] : [`${name} at ${at}: ${one[name][at]} / ${other[name][at]}`];
  };
  return ['They part in', ...part('choices'), ...part('story')].join('\n  ');
}
