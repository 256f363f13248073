import type { Backend } from '../world/comfyBackend.ts';
import type { Actor, Step, World } from '../world/world.ts';
import { type Cast, createApiCore, createDispatcherActor, type Scene } from './actors.ts';
import { type Asked, askUntilAnswered } from './people.ts';
import type { Role, Strike } from './plan.ts';
import type { Seen } from './seen.ts';
import { backendUrls } from './servers.ts';

/** Of a story, what strikes hit. */
export interface Scenery {
  scene: Scene;
  cast: Cast;
  seen: Seen;
  readTold(): Promise<number[]>;
  countUnsent(): Promise<number>;
  /** A person asks for something besides what was planned. */
  ask(asked: Asked): void;
  /** Steps that wait until an API has committed what it was asked for, and come right after it. */
  held: Set<Step>;
}

const nameOfRole = ({ is, at }: Role) => `${is} ${at + 1}`;

const actorOf = (cast: Cast, { is, at }: Role): Actor | undefined =>
  is === 'dispatcher' ? cast.dispatchers[at] : cast.apis[at]?.actor;

function roleOf(cast: Cast, actor: Actor): Role | undefined {
  const dispatcher = cast.dispatchers.indexOf(actor);
  if (dispatcher >= 0) return { is: 'dispatcher', at: dispatcher };
  const api = cast.apis.findIndex((one) => one.actor === actor);
  return api >= 0 ? { is: 'api', at: api } : undefined;
}

function restart(scene: Scene, cast: Cast, { is, at }: Role): void {
  const name = nameOfRole({ is, at });
  scene.world.note(`${name}: is started again`);
  if (is === 'dispatcher') cast.dispatchers[at] = createDispatcherActor(scene, name);
  else cast.apis[at] = createApiCore(scene, name);
}

/** Those that do something to the very step at which they fall, which is not taken yet then. */
export const fallsOnStep = ({ kind }: Strike): boolean =>
  kind === 'delay' || kind === 'break' || kind === 'ask' || kind === 'drain';

/** @param step at which it falls. */
export async function strike(scenery: Scenery, one: Strike, step: Step): Promise<void> {
  const { scene, cast, seen } = scenery;
  const { world } = scene;
  const { clock } = world.outside;
  const later = (ms: number, act: () => void) => void clock.after(ms, act);
  const backend = 'backend' in one ? scene.backends[one.backend] : undefined;
  const { at, ...shown } = one;
  // Whatever it was about to do is the first that it does afterwards.
  if (one.kind === 'freeze until robbed') step.isNext = true;
  world.note(`strike ${at.phase} “${at.moment}” of ${step.actor.name}: ${JSON.stringify(shown)}`);
  if ('forMs' in one && fallsOnStep(one)) {
    const forMs = one.kind === 'drain' ? 50 : one.forMs;
    if (one.kind === 'ask' && one.until === 'committed') scenery.held.add(step);
    step.notBeforeMs = Math.max(step.notBeforeMs, world.nowMs() + forMs);
  }
  if (one.kind === 'break') step.fate = one.fate;
  else if (one.kind === 'ask') scenery.ask({ kind: one.move, task: one.task, about: step.about });
  else if (one.kind === 'empty Redis') await emptyRedis(scenery);
  else if (one.kind === 'drain') void drain(scene, cast, one, later);
  else if ('who' in one) strikeActor(scenery, one, step, later);
  if (backend) strikeBackend(world, backend, one, seen, later);
}

async function emptyRedis({ scene, seen, readTold, countUnsent }: Scenery): Promise<void> {
  for (const number of await readTold()) seen.toldBefore.add(number);
  if ((await countUnsent()) > 0) seen.sometimes.add('Redis was emptied while events were on their way');
  await scene.ground.redis.empty();
}

function strikeActor(
  { scene, cast, seen }: Scenery,
  one: Extract<Strike, { who: unknown }>,
  step: Step,
  later: (ms: number, act: () => void) => void,
): void {
  const { world, ground } = scene;
  const role = one.who ?? roleOf(cast, step.actor);
  const actor = role && actorOf(cast, role);
  if (!role || !actor?.isAlive) return;
  if (one.kind === 'kill') {
    world.kill(actor);
    ground.database.disconnect(actor);
    later(one.forMs, () => restart(scene, cast, role));
  } else if (one.kind === 'freeze' || one.kind === 'freeze until robbed') {
    actor.frozenUntilMs = world.nowMs() + one.forMs;
    actor.wakesWhenRobbed = one.kind === 'freeze until robbed';
  }
  if (one.kind === 'blind') actor.looksBreakUntilMs = world.nowMs() + one.forMs;
  else if (one.kind === 'cut') {
    actor.cutUntilMs.set(one.from, world.nowMs() + one.forMs);
    if (one.from === 'comfy') seen.mayHold = true;
    if (one.from === 'comfy' && one.forMs >= 4_000) seen.mayRunTwice = true;
  }
}

function strikeBackend(
  world: World,
  backend: Backend,
  one: Strike,
  seen: Seen,
  later: (ms: number, act: () => void) => void,
): void {
  if (one.kind === 'restart') backend.restart();
  if (one.kind === 'repeat') backend.repeats = true;
  if (one.kind === 'hide') backend.hides = true;
  // A task survives some faults of servers, and fails by the last.
  const times = one.kind === 'misfortune' && (one.what === 'fails' || one.what === 'out of memory') ? 3 : 1;
  if (one.kind === 'misfortune') for (let time = 0; time < times; time++) backend.misfortunes.push(one.what);
  if (one.kind === 'silence') {
    backend.silentUntilMs = world.nowMs() + one.forMs;
    seen.mayHold = true;
    if (one.forMs >= 4_000) seen.mayRunTwice = true;
  }
  if (one.kind === 'refuse' || one.kind === 'half refuse') {
    backend.refuses = one.kind === 'refuse' ? 'refused' : 'queued all the same';
    later(one.forMs, () => {
      backend.refuses = 'no';
    });
  }
}

async function drain(
  { world }: Scene,
  cast: Cast,
  { backend, forMs }: { backend: number; forMs: number },
  later: (ms: number, act: () => void) => void,
): Promise<void> {
  const url = backendUrls[backend] as string;
  await askUntilAnswered(world, cast, `drains gpu-${backend + 1}`, (api) => api.drain(url, true));
  later(
    forMs,
    () => void askUntilAnswered(world, cast, `takes gpu-${backend + 1} back`, (api) => api.drain(url, false)),
  );
}

/** The strikes end: who is frozen goes on, who is cut off is back, and the dead are started by their timers. */
export function calmDown({ world, backends }: Scene, cast: Cast): void {
  world.note('the strikes end');
  for (const actor of [...cast.dispatchers, ...cast.apis.map((api) => api.actor)]) {
    actor.frozenUntilMs = Math.min(actor.frozenUntilMs, world.nowMs());
    actor.cutUntilMs.clear();
    actor.looksBreakUntilMs = 0;
  }
  for (const backend of backends) {
    backend.silentUntilMs = 0;
    backend.refuses = 'no';
    backend.misfortunes = [];
  }
}
