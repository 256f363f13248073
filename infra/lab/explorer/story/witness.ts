import type { Backend } from '../world/comfyBackend.ts';
import type { Moment } from '../world/moments.ts';
import { type Actor, beginMs, type Step, type World } from '../world/world.ts';
import type { Seen } from './seen.ts';

interface Tables {
  ask(sql: string): Promise<unknown>;
  /** Changes whenever a table may have changed that stands in the text. */
  stampOf(sql: string): string;
}

interface LeaseRow {
  id: string;
  owner: string | null;
  epoch: number;
  endsAtMs: string | null;
}

export interface AttemptRow {
  taskId: string;
  attempt: number;
  state: 'assigned' | 'posted' | 'running' | 'ended';
  promptId: string | null;
  backendId: string;
  url: string;
  owner: string | null;
  leader: string | null;
  isOpen: number;
  status: string;
  current: number;
}

export const attemptsSql = `SELECT a.task_id AS taskId, a.attempt, a.state, a.prompt_id AS promptId, b.id AS backendId, b.url, b.owner,
        (SELECT owner FROM leader WHERE id = 1) AS leader,
        b.enabled AND NOT b.draining AND b.removed_at IS NULL AS isOpen, t.status, t.attempt AS current
       FROM attempts a JOIN backends b ON b.id = a.backend_id JOIN tasks t ON t.id = a.task_id`;

const leasesSql = `SELECT id, owner, epoch, UNIX_TIMESTAMP(lease_until) * 1000 AS endsAtMs FROM backends
  UNION ALL SELECT CONVERT(id USING ascii) COLLATE ascii_bin, owner, epoch, UNIX_TIMESTAMP(lease_until) * 1000 FROM leader`;

/** A lease may change hands: where it is asked for, or where a commit lets go of the row that somebody waits for. */
const mayTake: ReadonlySet<Moment | undefined> = new Set<Moment>([
  'lead is taken',
  'server is taken',
  'commit',
  'owner commits',
]);

/** A lease is young for half of its life: a request that was sent under it arrives before another may have it. */
const youngMs = 2_100;

/**
 * Looks at who did what: rules of single moves, which no row shows afterwards. Whoever changes an attempt owns its server
 * then; whoever assigns leads; a lease is taken from nobody whose lease runs.
 */
export class Witness {
  readonly #tables: Tables;
  readonly #world: World;
  readonly #backends: readonly Backend[];
  readonly #seen: Seen;
  readonly #onRobbed: (identity: string) => void;
  #attempts = new Map<string, AttemptRow>();
  readonly #firstOwners = new Map<string, string | null>();
  #known: { stamp: string | undefined; rows: readonly LeaseRow[] } = { stamp: undefined, rows: [] };
  /** As they were when this step began. */
  #leases: { step: number; rows: readonly LeaseRow[] } = { step: 0, rows: [] };

  /** @param onRobbed is told who held a lease that another has taken. */
  constructor(
    tables: Tables,
    world: World,
    backends: readonly Backend[],
    seen: Seen,
    onRobbed: (identity: string) => void,
  ) {
    this.#onRobbed = onRobbed;
    this.#tables = tables;
    this.#world = world;
    this.#backends = backends;
    this.#seen = seen;
  }

  /** A step that matters is taken now. @returns what is wrong about it. */
  async seeBegin({ actor, moment, text, parkedMs }: Step): Promise<string[]> {
    if (mayTake.has(moment)) this.#leases = { step: this.#world.steps, rows: await this.#readLeases() };
    if (moment !== 'post') return [];
    const backend = this.#backends.find(({ name }) => text.endsWith(name));
    const [row] = (await this.#tables.ask(
      `SELECT owner FROM backends WHERE url = '${backend?.url}'`,
    )) as LeaseRow[];
    if (row?.owner === actor.identity) return [];
    if (this.#world.nowMs() - parkedMs <= youngMs)
      return [`${actor.name} posts to ${backend?.name}, which another owns`];
    // It was sent in time and arrives late: nothing can prevent that.
    this.#seen.mayRunTwice = true;
    this.#seen.sometimes.add('a prompt arrived after its sender had lost the server');
    return [];
  }

  async seeEnd({ moment }: Step): Promise<string[]> {
    if (!mayTake.has(moment)) return [];
    const before = new Map(this.#leases.rows.map((row) => [row.id, row]));
    const nowMs = beginMs + this.#world.nowMs();
    return (await this.#readLeases()).flatMap(({ id, owner, epoch }) => {
      const old = before.get(id);
      if (!old || old.epoch === epoch || old.owner === null || old.owner === owner) return [];
      if (Number(old.endsAtMs) >= nowMs) return [`the lease of ${id} is taken from one whose lease runs`];
      this.#onRobbed(old.owner);
      this.#seen.sometimes.add(id === '1' ? 'another leads after a lease ended' : 'a server was taken over');
      return [];
    });
  }

  /** A slot is given back when nothing more can come, unless its owner had lost the server, or could not reach it. */
  async seeArrived(): Promise<string[]> {
    const arrived = this.#backends.flatMap(({ arrived: ids }) => ids.splice(0));
    if (arrived.length === 0 || this.#seen.mayHold || this.#seen.mayRunTwice) return [];
    const names = arrived.map((id) => `'${id}'`).join(', ');
    const rows = (await this.#tables.ask(
      `SELECT task_id AS taskId, attempt FROM attempts WHERE state = 'ended' AND prompt_id IN (${names})`,
    )) as AttemptRow[];
    return rows.map(
      ({ taskId, attempt }) => `the prompt of attempt ${attempt} of ${taskId} comes after its end`,
    );
  }

  /** Of all attempts that changed with the commits of these, of which one had waited for the other. */
  seeCommit(rows: readonly AttemptRow[], actors: ReadonlySet<Actor>): string[] {
    const before = this.#attempts;
    this.#attempts = new Map(rows.map((row) => [`${row.taskId} ${row.attempt}`, row]));
    return [...this.#attempts].flatMap(([key, row]) => {
      const old = before.get(key);
      return old?.state === row.state ? [] : this.#judge(actors, old, row);
    });
  }

  #judge(actors: ReadonlySet<Actor>, old: AttemptRow | undefined, row: AttemptRow): string[] {
    const { taskId, attempt, state, backendId, owner, leader, isOpen, status, current } = row;
    const name = `attempt ${attempt} of ${taskId}`;
    const faults: string[] = [];
    const isBy = (identity: string | null) => [...actors].some((actor) => actor.identity === identity);
    const names = [...actors].map((actor) => actor.name).join(' or ');
    if (old?.state === 'ended') faults.push(`${name} goes on after its end`);
    if (!old) {
      this.#firstOwners.set(name, owner);
      if (!isBy(leader)) faults.push(`${names} makes ${name} and does not lead`);
      if (Number(isOpen) !== 1) faults.push(`${name} is on a server that takes no tasks`);
    } else if (!isBy(owner) && !isBy(this.#ownerBefore(backendId)))
      faults.push(`${names} changes ${name} to ${state} and does not own its server`);
    if (state === 'posted' && (status !== 'assigned' || current !== attempt))
      faults.push(`the prompt of ${name} is saved while its task is ${status}`);
    if (state === 'ended') faults.push(...this.#judgeEnd(name, row));
    return faults;
  }

  /** Who takes a server may have waited for this very commit: what was committed was the owner's then. */
  #ownerBefore(backendId: string): string | null {
    const { step, rows } = this.#leases;
    if (step !== this.#world.steps) return null;
    return rows.find(({ id }) => id === backendId)?.owner ?? null;
  }

  #judgeEnd(name: string, { url, promptId, status, attempt, owner }: AttemptRow): string[] {
    const { sometimes } = this.#seen;
    if (status === 'queued') sometimes.add('a task went back into the queue');
    if (status === 'succeeded' && owner !== this.#firstOwners.get(name))
      sometimes.add('a task succeeded under the second owner of its attempt');
    if (status === 'succeeded' && attempt > 1) sometimes.add('a later attempt succeeded');
    const backend = this.#backends.find((one) => one.url === url);
    if (promptId === null || this.#seen.mayHold || !backend?.held().includes(promptId)) return [];
    return [`${name} gives its slot back while ${backend.name} holds its prompt`];
  }

  async #readLeases(): Promise<readonly LeaseRow[]> {
    const stamp = this.#tables.stampOf(leasesSql);
    if (this.#known.stamp !== stamp)
      this.#known = { stamp, rows: (await this.#tables.ask(leasesSql)) as LeaseRow[] };
    return this.#known.rows;
  }
}
