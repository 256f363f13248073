import { type Guard, guards } from '../lab/explorer/guards.ts';
import { ownModules } from '../lab/explorer/ownModules.ts';
import { LaunchFailure } from '../launcher/failure.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

const shrinkMs = 30_000;
/** The last story is still at hand. */
const mostKept = 1;

const usage = `npm run explore   tells stories of the platform, each with an order of events of its own
  --seeds N         how many, 200 by default
  --seed S          of the first
  --twice N         each Nth is told twice, and both must be the same
  --only PATTERN    leaves out the stories whose plan, as JSON, does not match
  --without GUARD   takes a guard of the core out, and ends with the first story that notices
  --tell            prints each story
  --log             prints what the platform logs`;

async function main(): Promise<number> {
  const { first, count, twice, isTold, guard, level, only } = readOptions();
  // Before anything of the platform is loaded.
  const stopped = listenForStop((cause) => console.error(`Stopping after this story (${cause}).`));
  const owned = ownModules(guard?.removals ?? []);
  const { openExplorer } = await import('../lab/explorer/explore.ts');
  const { drawPlan } = await import('../lab/explorer/story/plan.ts');
  const { shrink } = await import('../lab/explorer/story/shrink.ts');
  const { createSummary, describeFailure, describeParting } = await import(
    '../lab/explorer/story/summary.ts'
  );
  const explorer = await openExplorer({ level, lacksGuards: guard?.isInDatabase ?? false });
  try {
    for (const { file, from } of owned.missed()) throw new Error(`${file} was not loaded, or lacks: ${from}`);
    const summary = createSummary();
    let partings = 0;
    for (let seed = first; seed < first + count && !stopped.aborted; seed++) {
      const plan = drawPlan(seed);
      if (!only.test(JSON.stringify(plan))) continue;
      const ended = await explorer.tell(plan);
      summary.add(ended);
      if (isTold) console.log(`${ended.story.join('\n')}\n`);
      if (twice > 0 && (seed - first) % twice === 0) {
        const again = await explorer.tell(plan);
        if (again.digest !== ended.digest) {
          partings += 1;
          console.log(`Seed ${seed} told two stories. ${describeParting(ended, again)}`);
        }
      }
      const progress = summary.progressAt(seed);
      if (progress) console.log(progress);
      if (ended.faults.length === 0) continue;
      if (guard) {
        console.log(`found at seed ${seed} (story ${seed - first + 1}): ${ended.faults[0]}`);
        return 0;
      }
      console.log(describeFailure(await shrink(ended, (simpler) => explorer.tell(simpler), shrinkMs)));
    }
    console.log(summary.describe());
    if (guard) console.log(`not found: ${guard.name}`);
    const kept = await explorer.countKept();
    if (kept > mostKept) console.log(`${kept} stories are over and still in memory`);
    return summary.failed + partings + summary.unseen.length > 0 || kept > mostKept || guard ? 1 : 0;
  } finally {
    await explorer.close();
  }
}

function readOptions() {
  const { values } = readCall(usage, {
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      twice: { type: 'string', default: '0' },
      tell: { type: 'boolean', default: false },
      without: { type: 'string' },
      only: { type: 'string', default: '' },
      log: { type: 'boolean', default: false },
    },
  });
  const [first, count, twice] = [values.seed, values.seeds, values.twice].map(Number) as [
    number,
    number,
    number,
  ];
  if (![first, count, twice].every((number) => Number.isInteger(number) && number >= 0))
    throw new LaunchFailure('--seed, --seeds and --twice take whole numbers.');
  const guard: Guard | undefined = guards.find(({ name }) => name === values.without);
  if (values.without !== undefined && !guard)
    throw new LaunchFailure(`--without takes one of: ${guards.map(({ name }) => name).join(', ')}.`);
  const level = values.log ? ('debug' as const) : ('silent' as const);
  return { first, count, twice, isTold: values.tell, guard, level, only: new RegExp(values.only) };
}

// Pools and timers of dead actors are still there.
await runMain(main).finally(() => process.exit());
