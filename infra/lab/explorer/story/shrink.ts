import type { Plan } from './plan.ts';
import type { Ended } from './story.ts';

/** What the faults say, without the ids in them. */
const kindOf = ({ faults }: Pick<Ended, 'faults'>): string => (faults[0] ?? '').replace(/#\d+|\d+/g, '');

const without = <Item>(items: readonly Item[], at: number): Item[] =>
  items.filter((_, index) => index !== at);

/** Plans that are one step simpler, the boldest first. */
function* listSimpler(plan: Plan): Generator<Plan> {
  for (const at of plan.tasks.keys())
    if (plan.tasks.length > 1) yield { ...plan, tasks: without(plan.tasks, at) };
  for (const at of plan.strikes.keys()) yield { ...plan, strikes: without(plan.strikes, at) };
  if (plan.hasWebhook) yield { ...plan, hasWebhook: false };
  if (plan.lostPercent > 0) yield { ...plan, lostPercent: 0 };
  if (plan.latePercent > 0) yield { ...plan, latePercent: 0 };
  const isOfMany = (word: string, count: number) =>
    count > 1 && !plan.strikes.some((strike) => JSON.stringify(strike).includes(`${word}":1`));
  if (isOfMany('backend', plan.backends)) yield { ...plan, backends: 1 };
  if (isOfMany('at', plan.dispatchers)) yield { ...plan, dispatchers: 1 };
  if (isOfMany('at', plan.apis)) yield { ...plan, apis: 1 };
}

/** Leaves out what the fault does not need, for as long as is given. The schedule changes with each try. */
export async function shrink(
  failed: Ended,
  tell: (plan: Plan) => Promise<Ended>,
  forMs: number,
): Promise<Ended> {
  const endMs = performance.now() + forMs;
  let best = failed;
  for (let hasShrunk = true; hasShrunk && performance.now() < endMs; ) {
    hasShrunk = false;
    for (const plan of listSimpler(best.plan)) {
      if (performance.now() > endMs) break;
      const ended = await tell(plan);
      if (ended.faults.length === 0 || kindOf(ended) !== kindOf(failed)) continue;
      best = ended;
      hasShrunk = true;
      break;
    }
  }
  return best;
}
