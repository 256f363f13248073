import { drawStrikes } from '../drawStrikes.ts';
import type { PlannedStrike } from '../strikes.ts';
import { createRandom, type Random } from './random.ts';

export interface PlannedTask {
  /** From the start of the trial to the first request. */
  atMs: number;
  workflow: 'text2img' | 'img2img' | 'upscale' | 'text2video';
  params: Readonly<Record<string, string | number>>;
  /** Whether `image` is to be the trial's upload. */
  needsImage: boolean;
  door: 'rest' | 'stomp';
  /** The API that the first request goes to; twins and repeats go to the others in turn. */
  api: 0 | 1;
  /** Requests with the same key and body, each this long after the one before; at least the first. */
  twinGapsMs: readonly number[];
  /** The time from the acceptance to the DELETE. */
  cancelAfterMs?: number;
  /** Followed by server-sent events as well. */
  isFollowed: boolean;
}

/** One trial: everything that the seed decides. */
export interface TrialPlan {
  seed: number;
  tasks: readonly PlannedTask[];
  strikes: readonly PlannedStrike[];
}

/** Tasks of a drawn plan come within this time. */
const arrivalMs = 2_500;

/** The same seed gives the same plan, whichever trials ran before. */
export function createPlan(seed: number): TrialPlan {
  const random = createRandom(seed);
  const count = random.whole(3, 7);
  const tasks = Array.from({ length: count }, (_, index) => drawTask(random, { seed, index, arrivalMs }));
  return { seed, tasks, strikes: drawStrikes(random) };
}

/** @param at `arrivalMs` bounds when it comes. */
export function drawTask(
  random: Random,
  { seed, index, arrivalMs }: { seed: number; index: number; arrivalMs: number },
): PlannedTask {
  const twins = random.chance(30) ? random.whole(1, 3) : 0;
  return {
    atMs: random.whole(0, arrivalMs),
    ...drawRequest(random, `trial ${seed} task ${index}`),
    door: random.chance(25) ? 'stomp' : 'rest',
    api: random.chance(50) ? 0 : 1,
    twinGapsMs: [0, ...Array.from({ length: twins }, () => random.whole(0, 400))],
    ...(random.chance(20) ? { cancelAfterMs: random.whole(0, 3_000) } : {}),
    isFollowed: random.chance(50),
  };
}

/** Small pictures and few steps: the faults are the work here. */
function drawRequest(
  random: Random,
  prompt: string,
): Pick<PlannedTask, 'workflow' | 'params' | 'needsImage'> {
  const size = { width: 256, height: 256 };
  const draw = random.whole(1, 100);
  // Equal requests with a fixed seed: the later ones are answered from the result cache.
  if (draw <= 20)
    return {
      workflow: 'text2img',
      params: { prompt: 'the same picture', ...size, steps: 4, seed: random.whole(1, 2) },
      needsImage: false,
    };
  if (draw <= 70)
    return {
      workflow: 'text2img',
      params: { prompt, ...size, steps: random.whole(2, 12), count: random.whole(1, 2) },
      needsImage: false,
    };
  if (draw <= 85)
    return { workflow: 'img2img', params: { prompt, steps: random.whole(4, 12) }, needsImage: true };
  if (draw <= 95) return { workflow: 'upscale', params: { scale: 2 }, needsImage: true };
  return {
    workflow: 'text2video',
    params: { prompt, width: 512, height: 512, steps: 2, videoSteps: 2, frames: 14 },
    needsImage: false,
  };
}
