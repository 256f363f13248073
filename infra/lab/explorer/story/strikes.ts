import type { Backend } from '../world/comfyBackend.ts';
import type { Actor, World } from '../world/world.ts';
import { type Cast, createApiCore, createDispatcherActor, type Scene } from './actors.ts';
import { askUntilAnswered } from './people.ts';
import type { Role, Strike } from './plan.ts';
import { backendUrls } from './servers.ts';

/** What the checks at the end have to allow for. */
export interface Seen {
  wasEmptied: boolean;
  /** A backend was out of reach for so long that its task may have been run elsewhere too. */
  mayRunTwice: boolean;
}

const nameOfRole = ({ is, at }: Role) => `${is} ${at + 1}`;

const actorOf = (cast: Cast, { is, at }: Role): Actor | undefined =>
  is === 'dispatcher' ? cast.dispatchers[at] : cast.apis[at]?.actor;

function restart(scene: Scene, cast: Cast, { is, at }: Role): void {
  const name = nameOfRole({ is, at });
  scene.world.note(`${name}: is started again`);
  if (is === 'dispatcher') cast.dispatchers[at] = createDispatcherActor(scene, name);
  else cast.apis[at] = createApiCore(scene, name);
}

export async function strike(scene: Scene, cast: Cast, one: Strike, seen: Seen): Promise<void> {
  const { world, ground } = scene;
  const { clock } = world.outside;
  const later = (ms: number, act: () => void) => void clock.after(ms, act);
  const backend = 'backend' in one ? scene.backends[one.backend] : undefined;
  const actor = 'who' in one ? actorOf(cast, one.who) : undefined;
  if ('who' in one && !actor?.isAlive) return;
  const { atStep: _, ...shown } = one;
  world.note(`strike: ${JSON.stringify(shown)}`);
  if (one.kind === 'kill' && actor) {
    world.kill(actor);
    ground.database.disconnect(actor);
    later(one.forMs, () => restart(scene, cast, one.who));
  } else if (one.kind === 'freeze' && actor) actor.frozenUntilMs = world.nowMs() + one.forMs;
  else if (one.kind === 'cut' && actor) {
    actor.cutUntilMs.set(one.from, world.nowMs() + one.forMs);
    if (one.from === 'comfy' && one.forMs >= 4_000) seen.mayRunTwice = true;
  } else if (one.kind === 'empty Redis') {
    seen.wasEmptied = true;
    await ground.redis.empty();
  } else if (one.kind === 'drain') void drain(scene, cast, one, later);
  if (backend) strikeBackend(world, backend, one, seen, later);
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
  if (one.kind === 'misfortune') backend.misfortunes.push(one.what);
  if (one.kind === 'silence') {
    backend.silentUntilMs = world.nowMs() + one.forMs;
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
  }
  for (const backend of backends) {
    backend.silentUntilMs = 0;
    backend.refuses = 'no';
    backend.misfortunes = [];
  }
}
