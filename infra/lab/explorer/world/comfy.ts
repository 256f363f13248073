import { EventEmitter } from 'node:events';
import type { Agent } from 'node:http';
import { Readable } from 'node:stream';
import type { BackendNetwork } from '@star-graph/core/comfy/http/network';
import type { Answer, Backend } from './comfyBackend.ts';
import { momentOf } from './moments.ts';
import type { Actor, Fate, World } from './world.ts';

/*
 * A ComfyUI in this process, behind the ports that the client of the platform uses: a dispatcher of HTTP requests and a
 * WebSocket. Requests, answers and messages are steps.
 */

interface Network {
  actor: Actor;
  world: World;
  find(url: string): Backend | undefined;
  sockets: number;
}

const networks = new WeakMap<Agent, Network>();

interface Sending {
  origin: string;
  path: string;
  method: string;
  body?: string;
  signal: AbortSignal;
}

/** How one actor reaches the backends. */
export function createNetwork(
  world: World,
  actor: Actor,
  find: (origin: string) => Backend | undefined,
): BackendNetwork {
  const agent = {} as Agent;
  networks.set(agent, { actor, world, find, sockets: 0 });
  let lanes = 0;
  const park = (text: string, act: (step: { fate: Fate | undefined }) => string | undefined) => {
    lanes += 1;
    return world.park({ actor, lane: `${actor.name} http ${lanes}`, text, moment: momentOf(text), act });
  };
  const request = ({ origin, path, method, body = '', signal }: Sending) =>
    new Promise((resolve, reject) => {
      world.stir();
      const backend = find(origin);
      const fail = (error: unknown) => {
        world.stir();
        reject(error);
      };
      signal.addEventListener('abort', () => fail(signal.reason), { once: true });
      if (!backend) return reject(new Error('ECONNREFUSED'));
      if (isCutOff(world, actor)) return;
      const asked = `${method} ${path.replace(/[0-9a-f-]{36}/g, '…')} to ${backend.name}`;
      const answerWith = ({ status, body: answer }: Answer) => {
        world.stir();
        const headers = { 'content-type': Buffer.isBuffer(answer) ? 'image/png' : 'application/json' };
        resolve({ statusCode: status, headers, body: Readable.from([Buffer.from(answer)]) });
      };
      // What a server always answers is no step: nothing depends on when.
      if (isFixed(path) && backend.silentUntilMs <= world.nowMs()) {
        queueMicrotask(() => answerWith(backend.handle({ method, path, body })));
        return;
      }
      const step = park(asked, ({ fate }) => {
        if (backend.silentUntilMs > world.nowMs()) return 'silence';
        if (fate === 'never sent') {
          fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
          return 'the connection breaks before it is sent';
        }
        if (fate === 'lost') {
          fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
          if (world.random.chance(50))
            return `${backend.handle({ method, path, body }).status}, and the answer is lost`;
          // It is still on its way, through a gateway that stopped waiting.
          const arrive = () => void backend.handle({ method, path, body });
          world.outside.clock.after(longestFlightMs, arrive);
          return 'the answer is lost, and it arrives late';
        }
        const answer = backend.handle({ method, path, body });
        park(`is answered ${asked}`, () => {
          answerWith(answer);
          return undefined;
        });
        return String(answer.status);
      });
      // What was given up is still on its way, for a moment.
      signal.addEventListener('abort', () => {
        if (step) step.notBeforeMs = Math.min(step.notBeforeMs, world.nowMs() + longestFlightMs);
      });
    });
  return {
    dispatcher: { request } as unknown as BackendNetwork['dispatcher'],
    agentFor: () => agent,
    check() {},
  };
}

/** How long a request may still arrive after its sender gave it up. */
const longestFlightMs = 800;

const isFixed = (path: string): boolean =>
  /^\/(features|object_info|system_stats|experiment|view_metadata|api\/jobs)/.test(path);

const isCutOff = (world: World, actor: Actor): boolean =>
  (actor.cutUntilMs.get('comfy') ?? 0) > world.nowMs();

/** In place of the class of `ws`: see `ownModules.ts`. */
export class FakeSocket extends EventEmitter {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = FakeSocket.CONNECTING;
  readonly #world: World;
  readonly #actor: Actor;
  readonly #backend: Backend | undefined;
  readonly #lane: string;

  constructor(address: URL, { agent }: { agent: Agent }) {
    super();
    const network = networks.get(agent);
    if (!network) throw new Error('a socket of no actor');
    this.#world = network.world;
    this.#actor = network.actor;
    this.#backend = network.find(address.origin.replace(/^ws/, 'http'));
    network.sockets += 1;
    this.#lane = `${this.#actor.name} socket ${network.sockets}`;
    this.#step(`opens a socket to ${this.#backend?.name}`, () => {
      const isSilent = (this.#backend?.silentUntilMs ?? 0) > this.#world.nowMs();
      if (this.readyState !== FakeSocket.CONNECTING || isSilent || isCutOff(this.#world, this.#actor)) return;
      this.readyState = FakeSocket.OPEN;
      this.#backend?.attach(this, address.searchParams.get('clientId') ?? '');
      this.emit('open');
    });
  }

  #step(text: string, act: () => void): void {
    this.#world.park({
      actor: this.#actor,
      lane: this.#lane,
      text,
      moment: momentOf(text),
      act: () => {
        this.#world.stir();
        act();
        return undefined;
      },
    });
  }

  receive(text: string): void {
    const { type } = JSON.parse(text) as { type: string };
    this.#step(`is told “${type}” by ${this.#backend?.name}`, () => {
      if (this.readyState === FakeSocket.OPEN && !isCutOff(this.#world, this.#actor))
        this.emit('message', Buffer.from(text), false);
    });
  }

  send(): void {
    this.#world.stir();
  }

  ping(): void {
    const { nowMs } = this.#world;
    if (isCutOff(this.#world, this.#actor) || (this.#backend?.silentUntilMs ?? 0) > nowMs()) return;
    this.#step('', () => {
      if (this.readyState === FakeSocket.OPEN) this.emit('pong');
    });
  }

  close(): void {
    this.#close(1000);
  }

  terminate(): void {
    this.#close(1006);
  }

  #close(code: number): void {
    if (this.readyState >= FakeSocket.CLOSING) return;
    this.readyState = FakeSocket.CLOSING;
    this.#backend?.detach(this);
    this.#step('', () => {
      this.readyState = FakeSocket.CLOSED;
      this.emit('close', code);
    });
  }
}
