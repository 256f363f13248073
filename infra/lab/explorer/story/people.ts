import { isPassing } from '@star-graph/core/ground/db/retryWrite';
import { Problem } from '@star-graph/core/ground/errors';
import type { World } from '../world/world.ts';
import type { ApiCore, Cast, Ground, Scene } from './actors.ts';
import type { Told } from './checks.ts';
import type { MoveKind, PlannedTask } from './plan.ts';

/** After this long without an answer people ask again. */
const patienceMs = 6_000;

/** A person with one request: repeats it until it is answered, then asks for what was planned. */
export async function live({ world }: Scene, cast: Cast, task: PlannedTask, told: Told): Promise<void> {
  const { clock } = world.outside;
  await clock.sleep(task.afterMs);
  const seed = task.isCacheable ? 1 : Number(told.key.split('-')[1]) + 100;
  const params = { prompt: 'a fox', seed, steps: 4, width: 512, height: 512 };
  const ask = <T>(what: string, send: (api: ApiCore) => Promise<T>) =>
    askUntilAnswered(world, cast, what, send);
  await Promise.all(
    Array.from({ length: task.twins }, async () => {
      const answer = await ask(`asks for a task (${told.key})`, (api) => api.submit(told.key, params));
      if (answer.kind === 'refused') throw new Error(`the request was refused: ${answer.problem.message}`);
      told.ids.add(answer.value.id);
    }),
  );
}

/** What a person asks for besides what was planned. */
export interface Asked {
  kind: MoveKind;
  task: number;
  /** Of the task whose id stands in it, if there is one. */
  about?: unknown;
}

/** Of one of the tasks that were accepted. */
export async function askBesides(
  { world, ground }: Scene,
  cast: Cast,
  { kind, task, about }: Asked,
  told: readonly Told[],
): Promise<void> {
  const accepted = told.filter(({ ids }) => ids.size > 0);
  const named = JSON.stringify(about ?? '');
  const isNamed = ({ ids }: Told) => [...ids].some((id) => named.includes(id));
  const one = accepted.find(isNamed) ?? accepted[task % accepted.length];
  const [id] = one?.ids ?? [];
  if (!one || id === undefined) return;
  const ask = <T>(what: string, send: (api: ApiCore) => Promise<T>) =>
    askUntilAnswered(world, cast, what, send);
  await makeMove({ ground, world }, ask, kind, id, one);
}

type AskPerson = <T>(what: string, send: (api: ApiCore) => Promise<T>) => Promise<Answer<T>>;

const readAttempt = (world: World, ground: Ground, id: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const act = async () => {
      const rows = await ground.database.control('SELECT attempt FROM tasks WHERE id = ?', [id]);
      const [row] = rows as { attempt: number }[];
      world.stir();
      if (row) resolve(row.attempt);
      else reject(new Error('a task is gone'));
      return undefined;
    };
    world.park({ actor: world.outside, lane: 'person', text: '', act });
  });

async function makeMove(
  { ground, world }: Pick<Scene, 'ground' | 'world'>,
  ask: AskPerson,
  kind: MoveKind,
  id: string,
  told: Told,
): Promise<void> {
  if (kind === 'cancel') {
    const answer = await ask(`cancels ${id}`, (api) => api.cancel(id));
    told.cancels.add(answer.kind === 'refused' ? 'refused' : 'done');
  } else if (kind === 'move') await ask(`moves ${id} to the front`, (api) => api.move(id));
  else {
    const attempt = await readAttempt(world, ground, id);
    await ask(`puts ${id} back into the queue`, (api) => api.requeue(id, attempt));
  }
}

type Answer<T> = { kind: 'answered'; value: T } | { kind: 'refused'; problem: Problem };

/** As the typed client does: a lost answer, a fault of the server or silence, and the request is sent again. */
export async function askUntilAnswered<T>(
  world: World,
  cast: Cast,
  what: string,
  send: (api: ApiCore) => Promise<T>,
): Promise<Answer<T>> {
  const { clock } = world.outside;
  for (let tries = 0; ; tries++) {
    const api = cast.apis[(tries + world.random.whole(0, 1)) % cast.apis.length];
    if (!api) throw new Error('no API');
    world.note(`a person: ${what} at ${api.actor.name}`);
    const late = new AbortController();
    try {
      const answer = await Promise.race([
        send(api).then((value): Answer<T> => ({ kind: 'answered', value })),
        clock.sleep(patienceMs, late.signal).then(() => undefined),
      ]);
      late.abort();
      if (answer) {
        world.note(`a person: ${what}: answered`);
        return answer;
      }
    } catch (error) {
      late.abort();
      if (error instanceof Problem && !passing.has(error.code)) {
        world.note(`a person: ${what}: refused, ${error.code}`);
        return { kind: 'refused', problem: error };
      }
      world.note(`a person: ${what}: fails with ${error instanceof Error ? error.message : String(error)}`);
      // Anything but a neighbour that was away, or two in each other's way, is a fault of the platform's.
      if (!(error instanceof Problem || isPassing(error)))
        world.faults.push(`a person who ${what} meets ${String(error)}`);
    }
    await clock.sleep(300);
  }
}

/** Problems after which a client repeats its request. */
const passing: ReadonlySet<string> = new Set(['internal', 'unavailable', 'no-backend']);
