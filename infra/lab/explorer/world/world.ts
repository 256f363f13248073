import { setImmediate } from 'node:timers/promises';
import { type Clock, sleepBy } from '@star-graph/core/ground/runtime/clock';
import type { Random } from '../../chaos/trial/random.ts';
import type { Moment } from './moments.ts';

/**
 * A process of the story, or what it works with. Its steps wait while it is frozen, and are dropped when it is killed.
 */
export interface Actor {
  readonly name: string;
  readonly clock: Clock;
  isAlive: boolean;
  frozenUntilMs: number;
  /** It goes on as soon as another has taken what it held. */
  wakesWhenRobbed: boolean;
  /** Of a dispatcher: how it names itself in the database. */
  identity: string | undefined;
  /** Until then each look into the database breaks its connection. */
  looksBreakUntilMs: number;
  /** Neighbours that it does not reach until the time. */
  readonly cutUntilMs: Map<Neighbour, number>;
}

export type Neighbour = 'database' | 'redis' | 'comfy';

/** Something that can happen next. Nothing happens in a story that is not one of these. */
export interface Step {
  readonly actor: Actor;
  /** Steps of one lane happen in the order in which they were parked: one connection, one socket. */
  readonly lane: string;
  readonly text: string;
  readonly moment: Moment | undefined;
  readonly parkedMs: number;
  notBeforeMs: number;
  /** What a strike makes of it; undefined: what the story's chances say. */
  fate: Fate | undefined;
  /** Strikes before it have fallen. */
  isAnnounced: boolean;
  /** It was held back until something had happened, and comes right after it. */
  isNext: boolean;
  /** What it was given: whose ids stand in it. */
  readonly about: unknown;
  act(step: Step): Promise<string | undefined> | string | undefined;
}

/** What becomes of a question to a neighbour. */
export type Fate = 'at once' | 'later' | 'lost' | 'never sent';

type Parked = Pick<Step, 'actor' | 'lane' | 'text' | 'act'> & {
  moment?: Moment | undefined;
  notBeforeMs?: number;
  about?: unknown;
};

/** Nothing can happen any more, or too much happened, and the story is not over. */
export class Stuck extends Error {
  override name = 'Stuck';
}

/** 1 January 2026, noon. */
export const beginMs = Date.UTC(2026, 0, 1, 12);

/** The choice between the steps that can be taken. */
export interface Strategy {
  /** `random`: any; `priorities`: PCT, the lane of the highest priority, with a few demotions. */
  kind: 'random' | 'priorities';
  demotions: number;
  /** About as many steps as a story has: demotions are drawn among them. */
  expectedSteps: number;
}

/** Rounds of the event loop without a call: `ws`, time limits and slices of long work take one each. */
const quietRounds = 3;

/** Everything that happens in a story, and its time. */
export class World {
  readonly random: Random;
  /** The fixed parts: the servers, the people. */
  readonly outside: Actor;
  /** The sentences so far, each with its time. */
  readonly told: string[] = [];
  /** How many steps could be taken at each time, and which was. */
  readonly choices: string[] = [];
  /** What is wrong, as soon as somebody sees it. */
  readonly faults: string[] = [];
  /** Called after each step. */
  onStep: ((step: Step) => Promise<void>) | undefined;
  /** Called when a step that matters was picked, when it is taken in fact, and when that is done. */
  onMoment: ((step: Step, stage: 'picked' | 'begins' | 'taken') => Promise<void>) | undefined;
  steps = 0;
  #nowMs = 0;
  #stirs = 0;
  readonly #parked: Step[] = [];
  readonly #timers = new Set<Timer>();
  readonly #choose: (runnable: readonly Step[], at: number) => Step;

  constructor(random: Random, strategy: Strategy) {
    this.random = random;
    this.#choose = createChooser(random, strategy);
    this.outside = this.createActor('outside');
  }

  nowMs(): number {
    return this.#nowMs;
  }

  createActor(name: string): Actor {
    const after: Clock['after'] = (ms, act) => {
      const timer = { actor, dueMs: this.#nowMs + Math.max(0, ms), act };
      this.#timers.add(timer);
      this.stir();
      return () => void this.#timers.delete(timer);
    };
    const clock: Clock = {
      now: () => new Date(beginMs + this.#nowMs),
      monotonicMs: () => this.#nowMs,
      after,
      sleep: sleepBy(after),
    };
    const actor: Actor = {
      name,
      clock,
      isAlive: true,
      frozenUntilMs: 0,
      wakesWhenRobbed: false,
      identity: undefined,
      looksBreakUntilMs: 0,
      cutUntilMs: new Map(),
    };
    return actor;
  }

  park({ moment, notBeforeMs = 0, about, ...parked }: Parked): Step | undefined {
    if (!parked.actor.isAlive) return undefined;
    this.stir();
    const state = { moment, notBeforeMs, about, fate: undefined, isAnnounced: false, isNext: false };
    const step: Step = { ...parked, ...state, parkedMs: this.#nowMs };
    this.#parked.push(step);
    return step;
  }

  /** Whether an actor has asked for something that was not taken yet. */
  isParked(actor: Actor, moment: Moment): boolean {
    return this.#parked.some((step) => step.actor === actor && step.moment === moment);
  }

  /** Something was asked or answered: the world is not quiet yet. */
  stir(): void {
    this.#stirs += 1;
  }

  kill(actor: Actor): void {
    actor.isAlive = false;
    for (const timer of this.#timers) if (timer.actor === actor) this.#timers.delete(timer);
    for (let at = this.#parked.length - 1; at >= 0; at--)
      if (this.#parked[at]?.actor === actor) this.#parked.splice(at, 1);
  }

  note(sentence: string): void {
    this.told.push(`${(this.#nowMs / 1_000).toFixed(3)} s  ${sentence}`);
  }

  /** Takes steps until the condition holds. @throws Stuck */
  async run(until: () => boolean, limits: { steps: number; ms: number }): Promise<void> {
    const [lastStep, lastMs] = [this.steps + limits.steps, this.#nowMs + limits.ms];
    for (;;) {
      await this.#becomeQuiet();
      if (until()) return;
      const runnable = this.#listRunnable();
      if (runnable.length === 0) {
        const next = this.#findNextMs();
        if (next === Number.POSITIVE_INFINITY) throw new Stuck('nothing can happen any more');
        if (next > lastMs) throw new Stuck(`not over after ${limits.ms / 1_000} s`);
        this.#nowMs = Math.max(this.#nowMs, next);
        continue;
      }
      if (this.steps >= lastStep) throw new Stuck(`not over after ${limits.steps} steps`);
      await this.#take(runnable);
    }
  }

  async #take(runnable: readonly Step[]): Promise<void> {
    const step = runnable.find(({ isNext }) => isNext) ?? this.#choose(runnable, this.steps + 1);
    if (step.moment !== undefined && !step.isAnnounced) {
      step.isAnnounced = true;
      await this.onMoment?.(step, 'picked');
      if (!this.#canTake(step)) return;
    }
    this.steps += 1;
    const at = this.#parked.indexOf(step);
    if (at >= 0) this.#parked.splice(at, 1);
    this.choices.push(`${this.#nowMs} ${runnable.length} ${step.lane} ${step.text}`);
    if (step.moment !== undefined) await this.onMoment?.(step, 'begins');
    const answer = await step.act(step);
    if (step.text !== '') this.note(`${step.actor.name}: ${step.text}${answer ? ` → ${answer}` : ''}`);
    if (step.moment !== undefined) await this.onMoment?.(step, 'taken');
    await this.onStep?.(step);
  }

  #isAwake({ isAlive, frozenUntilMs }: Actor): boolean {
    return isAlive && frozenUntilMs <= this.#nowMs;
  }

  #canTake({ actor, notBeforeMs }: Step): boolean {
    return this.#isAwake(actor) && notBeforeMs <= this.#nowMs;
  }

  #firstOfLanes(): Step[] {
    const lanes = new Set<string>();
    return this.#parked.filter(({ lane }) => {
      const isFirst = !lanes.has(lane);
      lanes.add(lane);
      return isFirst;
    });
  }

  #listRunnable(): Step[] {
    const runnable = this.#firstOfLanes().filter((step) => this.#canTake(step));
    for (const timer of this.#timers)
      if (timer.dueMs <= this.#nowMs && this.#isAwake(timer.actor)) runnable.push(this.#stepOf(timer));
    return runnable;
  }

  #stepOf(timer: Timer): Step {
    const act = () => {
      this.#timers.delete(timer);
      timer.act();
      return undefined;
    };
    return {
      actor: timer.actor,
      lane: `${timer.actor.name} time`,
      text: '',
      moment: undefined,
      parkedMs: timer.dueMs,
      notBeforeMs: 0,
      fate: undefined,
      isAnnounced: true,
      isNext: false,
      about: undefined,
      act,
    };
  }

  /** The next time at which something can happen. */
  #findNextMs(): number {
    let next = Number.POSITIVE_INFINITY;
    const see = (actor: Actor, ms: number) => {
      if (actor.isAlive) next = Math.min(next, Math.max(ms, actor.frozenUntilMs));
    };
    for (const { actor, dueMs } of this.#timers) see(actor, dueMs);
    for (const { actor, notBeforeMs } of this.#firstOfLanes()) see(actor, notBeforeMs);
    return next;
  }

  async #becomeQuiet(): Promise<void> {
    for (let before = -1, rounds = 0; rounds < quietRounds; rounds++) {
      if (before !== this.#stirs) rounds = 0;
      before = this.#stirs;
      await setImmediate();
    }
  }
}

interface Timer {
  actor: Actor;
  dueMs: number;
  act: () => void;
}

function createChooser(random: Random, { kind, demotions, expectedSteps }: Strategy) {
  if (kind === 'random') return (runnable: readonly Step[]) => random.pick(runnable);
  const priorities = new Map<string, number>();
  const demoteAt = new Map<number, number>();
  for (let depth = 0; depth < demotions; depth++) demoteAt.set(random.whole(1, expectedSteps), -1 - depth);
  const priorityOf = ({ lane }: Step): number => {
    const known = priorities.get(lane);
    if (known !== undefined) return known;
    const drawn = random.whole(1, 1_000_000);
    priorities.set(lane, drawn);
    return drawn;
  };
  const highest = (runnable: readonly Step[]): Step =>
    runnable.reduce((best, step) => (priorityOf(step) > priorityOf(best) ? step : best));
  return (runnable: readonly Step[], at: number): Step => {
    const first = highest(runnable);
    const demoted = demoteAt.get(at);
    if (demoted === undefined) return first;
    priorities.set(first.lane, demoted);
    return highest(runnable);
  };
}
