import { createHash } from 'node:crypto';
import { newWebhookSecret } from '@star-graph/core/work/events/webhooks/storedSecret';
import { eventTypes } from '@star-graph/workflows/shared/eventTypes';
import { createRandom, type Random } from '../../chaos/trial/random.ts';
import { source } from '../randomness.ts';
import { Backend } from '../world/comfyBackend.ts';
import type { DatabaseFaults } from '../world/databaseHost.ts';
import type { Moment } from '../world/moments.ts';
import { Receiver } from '../world/receiver.ts';
import { type Step, Stuck, type World } from '../world/world.ts';
import { type Cast, createApiCore, createDispatcherActor, type Ground, type Scene } from './actors.ts';
import { checkEnd, createLook, type Rest, readRest, readTold, type Told } from './checks.ts';
import { askBesides, live } from './people.ts';
import type { Plan, Strike } from './plan.ts';
import { noteSentences, type Seen, type Sometimes } from './seen.ts';
import { backendUrls } from './servers.ts';
import { calmDown, fallsOnStep, type Scenery, strike } from './strikes.ts';
import { Witness } from './witness.ts';

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
  sometimes: ReadonlySet<Sometimes>;
  moments: ReadonlySet<Moment>;
}

const limits = { steps: 3_000, ms: 90_000 };
/** Strikes fall within this time. */
const strikingMs = 20_000;

class Broken extends Error {}

interface Progress {
  faults: string[];
  states: Set<string>;
  rest: Rest;
  /** People who are not done yet. */
  people: number;
  seen: Seen;
  isStriking: boolean;
  moments: Set<Moment>;
}

type Ask = (sql: string) => Promise<unknown>;

/** Tells the story of a plan over a database that was just reset. */
export async function tellStory(
  ground: Ground,
  world: World,
  objectInfo: string,
  plan: Plan,
): Promise<Ended> {
  const { random } = world;
  Object.assign(source, {
    random: createRandom(plan.seed + 7),
    ids: 0,
    nowMs: () => world.outside.clock.now().getTime(),
  });
  const ask: Ask = (sql) => ground.database.control(sql);
  const lockWaitsBefore = ground.database.lockWaits;
  const seen: Seen = { toldBefore: new Set(), mayRunTwice: false, mayHold: false, sometimes: new Set() };
  const progress: Progress = {
    faults: world.faults,
    states: new Set(),
    rest: await readRest(ask),
    people: 0,
    seen,
    isStriking: true,
    moments: new Set(),
  };
  ground.database.begin(world, { judge: judgeBy(plan, random, progress) });
  await ground.redis.begin(world);
  ground.database.reads.noteChange(['backends']);
  const backends = await createBackends(ask, world, plan, objectInfo);
  const receiver = plan.hasWebhook ? new Receiver(world) : undefined;
  if (receiver) await registerWebhook(ground);
  const scene: Scene = { ground, world, objects: new Map(), backends, receiver };
  const { cast, told } = await begin(scene, plan, progress);
  const scenery: Scenery = {
    scene,
    cast,
    seen,
    readTold: () => readTold(ground.redis.real, ground.userId),
    countUnsent: async () => (await readRest(ask)).unsent,
    ask: (asked) => beBusy(scene, progress, askBesides(scene, cast, asked, told)),
    held: new Set(),
  };
  await goThrough(scenery, plan, progress);
  if (progress.faults.length === 0)
    progress.faults.push(
      ...(await checkEnd(ask, {
        told,
        backends,
        redis: ground.redis.real,
        userId: ground.userId,
        seen,
        receiver,
      })),
    );
  for (const actor of [...cast.dispatchers, ...cast.apis.map((api) => api.actor), world.outside])
    world.kill(actor);
  const story = normalise([...world.told, ...progress.faults]);
  const faults = story.splice(world.told.length);
  const digest = createHash('sha256')
    .update([...story, ...world.choices].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const { states, moments } = progress;
  const lockWaits = ground.database.lockWaits - lockWaitsBefore;
  const { steps, choices } = world;
  const { sometimes } = seen;
  noteSentences(sometimes, world.told);
  return {
    plan,
    faults,
    steps,
    ms: world.nowMs(),
    digest,
    story,
    choices,
    states,
    lockWaits,
    sometimes,
    moments,
  };
}

/** Answers of the database: most come at once. */
const judgeBy =
  (plan: Plan, random: Random, progress: Progress): DatabaseFaults['judge'] =>
  (isWrite) => {
    if (progress.isStriking && isWrite && random.chance(plan.lostPercent))
      return random.chance(50) ? 'lost' : 'never sent';
    return random.chance(plan.latePercent) ? 'later' : 'at once';
  };

const registerWebhook = ({ database, userId }: Ground) => {
  database.reads.noteChange(['webhooks']);
  return database.control(
    `INSERT INTO webhooks (id, user_id, url, secret, types, created_at)
     VALUES (UUID(), ?, 'https://person.example/', ?, ?, '2026-01-01')`,
    [userId, newWebhookSecret(), JSON.stringify(eventTypes)],
  );
};

async function createBackends(ask: Ask, world: World, plan: Plan, objectInfo: string): Promise<Backend[]> {
  if (plan.backends < backendUrls.length)
    await ask(`UPDATE backends SET removed_at = NOW(3) WHERE url = '${backendUrls[1]}'`);
  return backendUrls
    .slice(0, plan.backends)
    .map((url, at) => new Backend(world, { name: `gpu-${at + 1}`, url, objectInfo, runMs: plan.runMs }));
}

/** The story is not over before somebody has what they asked for. */
function beBusy({ world }: Scene, progress: Progress, life: Promise<void>): void {
  progress.people += 1;
  void life.then(() => {
    progress.people -= 1;
    world.stir();
  });
}

/** Everybody is there, and the people begin as soon as there is a server for them. */
async function begin(scene: Scene, plan: Plan, progress: Progress): Promise<{ cast: Cast; told: Told[] }> {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  const cast: Cast = {
    dispatchers: numbers(plan.dispatchers).map((number) =>
      createDispatcherActor(scene, `dispatcher ${number}`),
    ),
    apis: numbers(plan.apis).map((number) => createApiCore(scene, `api ${number}`)),
  };
  let isUp = false;
  scene.world.onStep = async ({ text }) => {
    if (!text.startsWith('update `backends`')) return;
    const [row] = (await scene.ground.database.control(
      "SELECT COUNT(*) AS n FROM backends WHERE state = 'up'",
    )) as [{ n: number }];
    isUp = Number(row.n) === plan.backends;
  };
  await scene.world.run(() => isUp, limits);
  const told = plan.tasks.map((task, at): Told => {
    const one: Told = { key: `request-${at}`, ids: new Set(), cancels: new Set() };
    beBusy(scene, progress, live(scene, cast, task, one));
    return one;
  });
  return { cast, told };
}

/** Strikes fall at their moments. */
function watchMoments(scenery: Scenery, plan: Plan, progress: Progress, witness: Witness): void {
  const { world } = scenery.scene;
  const { faults, seen } = progress;
  const counts = new Map<Moment, number>();
  let lastStruckMs = Number.NEGATIVE_INFINITY;
  const fall = async (due: readonly Strike[], step: Step) => {
    for (const one of due) {
      if (lastStruckMs === world.nowMs()) seen.sometimes.add('two strikes at once');
      lastStruckMs = world.nowMs();
      await strike(scenery, one, step);
    }
  };
  world.onMoment = async (step, stage) => {
    if (stage === 'begins') faults.push(...(await witness.seeBegin(step)));
    if (stage === 'taken') faults.push(...(await witness.seeEnd(step)));
    if (!progress.isStriking || stage === 'begins') return;
    const { moment } = step;
    if (moment === undefined) return;
    progress.moments.add(moment);
    if (stage === 'picked') counts.set(moment, (counts.get(moment) ?? 0) + 1);
    const here = plan.strikes.filter(({ at }) => at.moment === moment && at.nth === counts.get(moment));
    const isBefore = (one: Strike) => fallsOnStep(one) || one.at.phase === 'before';
    if (stage === 'picked' && here.some(({ at }) => at.phase === 'unheard')) step.fate = 'later';
    await fall(
      here.filter((one) => isBefore(one) === (stage === 'picked')),
      step,
    );
  };
}

async function goThrough(scenery: Scenery, plan: Plan, progress: Progress): Promise<void> {
  const { scene, cast } = scenery;
  const { world, ground, backends } = scene;
  const { faults } = progress;
  const ask: Ask = (sql) => ground.database.control(sql);
  const { reads } = ground.database;
  const look = createLook(ask, (sql) => reads.stampOf(sql));
  const witness = new Witness(
    { ask, stampOf: (sql) => reads.stampOf(sql) },
    world,
    backends,
    progress.seen,
    (identity) => {
      for (const one of cast.dispatchers)
        if (one.identity === identity && one.wakesWhenRobbed)
          one.frozenUntilMs = Math.min(one.frozenUntilMs, world.nowMs());
    },
  );
  watchMoments(scenery, plan, progress, witness);
  world.onStep = async () => {
    faults.push(...(await witness.seeArrived()));
    if (faults.length > 0) throw new Broken();
    const committers = ground.database.takeChange();
    if (committers.size === 0) return;
    if (cast.apis.some(({ actor }) => committers.has(actor))) letGo(scenery.held, world);
    const { broken, rest, attempts, state } = await look();
    faults.push(...broken);
    if (ground.database.refusals > 0) faults.push('the server refused a settlement since another was made');
    faults.push(...witness.seeCommit(attempts, committers));
    progress.rest = rest;
    progress.states.add(state);
    if (faults.length > 0) throw new Broken();
  };
  const isOver = () =>
    progress.people === 0 &&
    Object.values(progress.rest).every((count) => count === 0) &&
    backends.every((backend) => backend.held().length === 0);
  const onUnhandled = (error: unknown) => faults.push(`nobody handles ${String(error)}`);
  process.on('unhandledRejection', onUnhandled);
  try {
    // What was planned for later comes to nothing where nothing is left to do.
    await world.run(isOver, { ...limits, ms: strikingMs }).catch(endOf(world));
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

function letGo(held: Set<Step>, world: World): void {
  for (const step of held) {
    step.notBeforeMs = Math.min(step.notBeforeMs, world.nowMs());
    step.isNext = true;
  }
  held.clear();
}

const endOf = (world: World) => (error: unknown) => {
  if (!(error instanceof Stuck)) throw error;
  world.note(`the strikes end: ${error.message}`);
};

/** Of a row; of the data that Redis holds, which it answers with and names anew with each start. */
const anyId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=→ )[0-9a-f]{12}$/g;

/** Ids in the order in which they are first told: the same for a seed in each process. */
function normalise(sentences: readonly string[]): string[] {
  const names = new Map<string, string>();
  return sentences.map((sentence) =>
    sentence.replace(anyId, (id) => {
      const name = names.get(id) ?? `#${names.size + 1}`;
      names.set(id, name);
      return name;
    }),
  );
}
