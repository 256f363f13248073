import { createRedis, type Redis } from '@star-graph/core/ground/redis/createRedis';
import type { JobQueues } from '@star-graph/core/ground/redis/jobQueues';
import { relayLeaseKey } from '@star-graph/core/ground/redis/redisKeys';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import { momentOf } from './moments.ts';
import type { Actor, Fate, World } from './world.ts';

/*
 * Commands and scripts run in a real Redis, one at a time. Messages are taken from one subscription of the explorer's own
 * and given to each actor as steps; jobs are kept here, because bee-queue would wait for the real clock. The one key whose
 * life matters within a story, the relay's lease, ends by the time of the story.
 */

export interface ActorRedis {
  redis: Redis;
  subscriber: Subscriber;
  jobQueues: JobQueues;
}

interface Listener {
  actor: Actor;
  channel: string;
  hear(message: string): void;
}

/** As ioredis gives a command up. */
const commandTimeoutMs = 2_000;
const longLifeMs = 3_600_000;

export class RedisHost {
  readonly real: Redis;
  readonly #messages: Redis;
  readonly #heard: [string, string][] = [];
  readonly #listeners = new Set<Listener>();
  #world: World | undefined;
  #jobs: JobHost | undefined;
  #lease: { key: string; endsAtMs: number } | undefined;

  private constructor(url: string) {
    this.real = createRedis({ url });
    this.#messages = createRedis({ url, purpose: 'subscriber' });
    this.#messages.on('pmessage', (_pattern: string, channel: string, text: string) =>
      this.#heard.push([channel, text]),
    );
  }

  static async start(url: string): Promise<RedisHost> {
    const host = new RedisHost(url);
    await host.#messages.psubscribe('*');
    return host;
  }

  async begin(world: World): Promise<void> {
    this.#world = world;
    this.#listeners.clear();
    this.#heard.length = 0;
    this.#jobs = new JobHost(world);
    await this.empty();
    // The first to send a script finds it unknown, in each story.
    await this.real.script('FLUSH');
  }

  /** FLUSHALL, and every job is lost. */
  async empty(): Promise<void> {
    await this.real.flushall();
    this.#lease = undefined;
    this.#jobs?.lose();
  }

  world(): World {
    if (!this.#world) throw new Error('no story is told');
    return this.#world;
  }

  connect(actor: Actor, prefix: string): ActorRedis {
    return {
      redis: createCommands(this, actor, relayLeaseKey(prefix)),
      subscriber: this.#createSubscriber(actor),
      jobQueues: {
        add: (options, id, data) =>
          this.#requireJobs().add(actor, isCutOff(this.world(), actor), options.name, id, data),
        work: (options, handle) => this.#requireJobs().work(actor, options.name, handle),
        async close() {},
      },
    };
  }

  close(): void {
    this.real.disconnect();
    this.#messages.disconnect();
  }

  #requireJobs(): JobHost {
    if (!this.#jobs) throw new Error('no story is told');
    return this.#jobs;
  }

  #createSubscriber(actor: Actor): Subscriber {
    return {
      subscribe: async (channel, hear) => {
        const listener = { actor, channel, hear };
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      onLost: () => () => undefined,
      onResumed: () => () => undefined,
      isWhole: () => true,
      close() {},
    };
  }

  /** Asks for a command as a step, which the actor gives up after a while. */
  ask<T>(actor: Actor, text: string, send: () => Promise<T>, publishes = false): Promise<T> {
    const world = this.world();
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (finish: () => void) => {
        if (isOver || !actor.isAlive) return;
        isOver = true;
        stop();
        world.stir();
        finish();
      };
      const giveUp = () => end(() => reject(new Error('Command timed out')));
      const stop = actor.clock.after(commandTimeoutMs, giveUp);
      if (isCutOff(world, actor)) return;
      const act = async ({ fate }: { fate: Fate | undefined }) => {
        await this.#endLease();
        // The command times out.
        if (fate === 'never sent') return 'it is never sent';
        try {
          const answer = await send();
          if (publishes) await this.#spread(actor);
          if (fate === 'lost') return 'and the answer is lost';
          end(() => resolve(answer));
          return typeof answer === 'number' || typeof answer === 'string'
            ? String(answer).slice(0, 40)
            : undefined;
        } catch (error) {
          end(() => reject(error));
          return String(error);
        }
      };
      world.park({ actor, lane: `${actor.name} redis`, text, moment: momentOf(text), act });
    });
  }

  noteLease(key: string, lifeMs: number): void {
    this.#lease = { key, endsAtMs: this.world().nowMs() + lifeMs };
  }

  async #endLease(): Promise<void> {
    if (!this.#lease || this.#lease.endsAtMs > this.world().nowMs()) return;
    await this.real.del(this.#lease.key);
    this.#lease = undefined;
  }

  /** What was published by the command before is here when the answer to a later ping is. */
  async #spread(from: Actor): Promise<void> {
    await this.#messages.ping();
    for (const [channel, text] of this.#heard.splice(0))
      for (const listener of this.#listeners)
        if (listener.channel === channel) this.#tell(listener, text, from);
  }

  /** The lane of a subscription keeps the order. */
  #tell(listener: Listener, text: string, from: Actor): void {
    const { actor } = listener;
    const world = this.world();
    const act = () => {
      world.stir();
      if (this.#listeners.has(listener) && !isCutOff(world, actor)) listener.hear(text);
      return undefined;
    };
    const sentence = `hears “${text.slice(0, 60)}” of ${from.name}`;
    world.park({ actor, lane: `${actor.name} messages`, text: sentence, act });
  }
}

const isCutOff = (world: World, actor: Actor): boolean =>
  (actor.cutUntilMs.get('redis') ?? 0) > world.nowMs();

type Value = string | number;

/** The first argument of the script is the relay's id, or nothing. */
const publishing = (keys: number, given: readonly Value[]): string =>
  given[keys] === '' ? 'publishes events' : 'publishes events as the relay';

/** Of ioredis, the commands that the actors of a story send. */
function createCommands(host: RedisHost, actor: Actor, leaseKey: string): Redis {
  const { real } = host;
  const ask = <T>(text: string, send: () => Promise<T>, publishes = false) =>
    host.ask(actor, text, send, publishes);
  const commands = {
    /** A script that renews the relay's lease takes its life as its second argument. */
    eval(text: string, keys: number, ...given: Value[]) {
      const lifeMs = given[keys + 1];
      if (text.includes('XADD'))
        return ask(publishing(keys, given), () => real.eval(text, keys, ...given), true);
      return ask('asks Redis for the relay’s lease', async () => {
        if (given[0] !== leaseKey || typeof lifeMs !== 'number') return real.eval(text, keys, ...given);
        const answer = await real.eval(text, keys, ...given.with(keys + 1, longLifeMs));
        if (answer === 1) host.noteLease(leaseKey, lifeMs);
        return answer;
      });
    },
    evalsha: (hash: string, keys: number, ...given: Value[]) =>
      ask(publishing(keys, given), () => real.evalsha(hash, keys, ...given), true),
    mget: (keys: string[]) => ask('reads of Redis which events are told', () => real.mget(keys)),
    get: (key: string) => ask('reads a key of Redis', () => real.get(key)),
    pttl: (key: string) => ask('reads the life of a key of Redis', () => real.pttl(key)),
    set: (...given: [string, string]) => ask('sets a key of Redis', () => real.set(...given)),
    del: (key: string) => ask('deletes a key of Redis', () => real.del(key)),
    pubsub: async () => [],
    publish: (channel: string, text: string) =>
      ask(`says “${text.slice(0, 60)}”`, () => real.publish(channel, text), true),
    pipeline() {
      const collected = real.pipeline();
      const chain = {
        publish: (channel: string, text: string) => {
          collected.publish(channel, text);
          return chain;
        },
        set: (...given: [string, string]) => {
          collected.set(...given);
          return chain;
        },
        exec: () => ask('shows progress', () => collected.exec(), true),
      };
      return chain;
    },
    status: 'ready',
    disconnect() {},
  };
  return commands as unknown as Redis;
}

interface Worker {
  actor: Actor;
  handle(data: never): Promise<void>;
}

/** Of bee-queue what its users may count on: a job comes late, and one id waits once. */
class JobHost {
  readonly #world: World;
  readonly #workers = new Map<string, Worker[]>();
  readonly #waiting = new Set<string>();
  #lost = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async add(from: Actor, isCutOff: boolean, name: string, id: string, data: object): Promise<boolean> {
    // Thumbnails are drawn by threads that no scheduler owns.
    if (name === 'thumbnails') return true;
    if (isCutOff || !from.isAlive) return false;
    const key = `${name} ${id}`;
    const worker = this.#workers.get(name)?.findLast(({ actor }) => actor.isAlive);
    if (!worker || this.#waiting.has(key)) return true;
    this.#waiting.add(key);
    const lost = this.#lost;
    const act = () => {
      if (lost !== this.#lost) return 'it was lost';
      this.#waiting.delete(key);
      this.#world.stir();
      void worker.handle(data as never);
      return undefined;
    };
    const { actor } = worker;
    this.#world.park({ actor, lane: `${actor.name} jobs`, text: 'is rung for work', act });
    return true;
  }

  /** With Redis; who works goes on. */
  lose(): void {
    this.#lost += 1;
    this.#waiting.clear();
  }

  work(actor: Actor, name: string, handle: (data: never) => Promise<void>): () => Promise<void> {
    const worker = { actor, handle };
    const others = () => (this.#workers.get(name) ?? []).filter((one) => one !== worker);
    this.#workers.set(name, [...others(), worker]);
    return async () => void this.#workers.set(name, others());
  }
}
