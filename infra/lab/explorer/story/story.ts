import { createHash } from 'node:crypto';
import { createRandom, type Random } from '../../chaos/trial/random.ts';
import { source } from '../owned/randomness.ts';
import { Backend } from '../world/comfyBackend.ts';
import type { DatabaseFaults } from '../world/databaseHost.ts';
import { Stuck, World } from '../world/world.ts';
import { type Cast, createApiCore, createDispatcherActor, type Ground, type Scene } from './actors.ts';
import { checkEnd, findBroken, type Rest, readRest, readState, type Told } from './checks.ts';
import { live } from './people.ts';
import type { Plan } from './plan.ts';
import { backendUrls } from './servers.ts';
import { calmDown, type Seen, strike } from './strikes.ts';

export interface Ended {
  plan: Plan;
  /** Sentences; empty: everything held. */
  faults: string[];
  steps: number;
  ms: number;
  /** Of the whole story, with ids by the order in which they were first told. */
  digest: string;
  story: string[];
  choices: string[];
  /** States that were reached, for the figures of a run. */
  states: Set<string>;
  lockWaits: number;
}

const limits = { steps: 3_000, ms: 90_000 };

class Broken extends Error {}

interface Progress {
  faults: string[];
  states: Set<string>;
  rest: Rest;
  /** People who are not done yet. */
  people: number;
  seen: Seen;
  isStriking: boolean;
}

type Ask = (sql: string) => Promise<unknown>;

/** Tells the story of a plan over a database that was just reset. */
export async function tellStory(ground: Ground, objectInfo: string, plan: Plan): Promise<Ended> {
  const random = createRandom(plan.seed + 1_000_003);
  const world = new World(random, plan.strategy);
  Object.assign(source, {
    random: createRandom(plan.seed + 7),
    ids: 0,
    nowMs: () => world.outside.clock.now().getTime(),
  });
  const ask: Ask = (sql) => ground.database.control(sql);
  const lockWaitsBefore = ground.database.lockWaits;
  const seen = { wasEmptied: false, mayRunTwice: false };
  const progress: Progress = {
    faults: [],
    states: new Set(),
    rest: await readRest(ask),
    people: 0,
    seen,
    isStriking: true,
  };
  ground.database.begin(world, { judge: judgeBy(plan, random, progress) });
  await ground.redis.begin(world);
  const backends = await createBackends(ask, world, plan, objectInfo);
  const scene: Scene = { ground, world, objects: new Map(), backends };
  const { cast, told } = begin(scene, plan, progress);
  await goThrough(scene, cast, plan, progress);
  if (progress.faults.length === 0)
    progress.faults.push(
      ...(await checkEnd(ask, { told, backends, redis: ground.redis.real, userId: ground.userId, ...seen })),
    );
  for (const actor of [...cast.dispatchers, ...cast.apis.map((api) => api.actor), world.outside])
    world.kill(actor);
  const story = normalise([...world.told, ...progress.faults]);
  const faults = story.splice(world.told.length);
  const digest = createHash('sha256')
    .update([...story, ...world.choices].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const { states } = progress;
  const lockWaits = ground.database.lockWaits - lockWaitsBefore;
  const { steps, choices } = world;
  return { plan, faults, steps, ms: world.nowMs(), digest, story, choices, states, lockWaits };
}

/** Answers of the database: most come at once. */
const judgeBy =
  (plan: Plan, random: Random, progress: Progress): DatabaseFaults['judge'] =>
  (isWrite) => {
    if (progress.isStriking && isWrite && random.chance(plan.lostPercent))
      return random.chance(50) ? 'lost' : 'never sent';
    return random.chance(plan.latePercent) ? 'later' : 'at once';
  };

async function createBackends(ask: Ask, world: World, plan: Plan, objectInfo: string): Promise<Backend[]> {
  if (plan.backends < backendUrls.length)
    await ask(`UPDATE backends SET removed_at = NOW(3) WHERE url = '${backendUrls[1]}'`);
  return backendUrls
    .slice(0, plan.backends)
    .map((url, at) => new Backend(world, { name: `gpu-${at + 1}`, url, objectInfo, runMs: plan.runMs }));
}

/** Everybody is there, and the people begin. */
function begin(scene: Scene, plan: Plan, progress: Progress): { cast: Cast; told: Told[] } {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  const cast: Cast = {
    dispatchers: numbers(plan.dispatchers).map((number) =>
      createDispatcherActor(scene, `dispatcher ${number}`),
    ),
    apis: numbers(plan.apis).map((number) => createApiCore(scene, `api ${number}`)),
  };
  const told = plan.tasks.map((task, at): Told => {
    const one: Told = { key: `request-${at}`, ids: new Set(), cancel: 'none' };
    progress.people += 1;
    void live(scene, cast, task, one).then(() => {
      progress.people -= 1;
      scene.world.stir();
    });
    return one;
  });
  return { cast, told };
}

async function goThrough(scene: Scene, cast: Cast, plan: Plan, progress: Progress): Promise<void> {
  const { world, ground, backends } = scene;
  const { faults } = progress;
  const strikes = [...plan.strikes].sort((a, b) => a.atStep - b.atStep);
  const ask: Ask = (sql) => ground.database.control(sql);
  world.onStep = async () => {
    for (let next = strikes[0]; next && next.atStep <= world.steps; next = strikes[0]) {
      strikes.shift();
      await strike(scene, cast, next, progress.seen);
    }
    if (!ground.database.takeChange()) return;
    faults.push(...(await findBroken(ask)));
    progress.rest = await readRest(ask);
    progress.states.add(await readState(ask));
    if (faults.length > 0) throw new Broken();
  };
  const isOver = () =>
    progress.people === 0 &&
    Object.values(progress.rest).every((count) => count === 0) &&
    backends.every((backend) => backend.held().length === 0);
  const onUnhandled = (error: unknown) => faults.push(`nobody handles ${String(error)}`);
  process.on('unhandledRejection', onUnhandled);
  try {
    // What was planned for later steps comes to nothing where nothing is left to do.
    await world
      .run(() => (progress.people === 0 && strikes.length === 0) || isOver(), limits)
      .catch(endOf(world));
    progress.isStriking = false;
    calmDown(scene, cast);
    await world.run(isOver, limits);
  } catch (error) {
    if (error instanceof Stuck)
      faults.push(`${error.message}: ${JSON.stringify({ ...progress.rest, people: progress.people })}`);
    else if (!(error instanceof Broken)) throw error;
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
}

const endOf = (world: World) => (error: unknown) => {
  if (!(error instanceof Stuck)) throw error;
  world.note(`the strikes end: ${error.message}`);
};

/** Ids in the order in which they are first told. */
function normalise(sentences: readonly string[]): string[] {
  const names = new Map<string, string>();
  return sentences.map((sentence) =>
    sentence.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      const name = names.get(id) ?? `#${names.size + 1}`;
      names.set(id, name);
      return name;
    }),
  );
}
