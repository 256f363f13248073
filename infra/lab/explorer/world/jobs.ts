import type { Actor, World } from './world.ts';

interface Worker {
  actor: Actor;
  handle(data: never): Promise<void>;
}

/** Of bee-queue what its users may count on: a job comes late, and one id waits once. */
export class JobHost {
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
