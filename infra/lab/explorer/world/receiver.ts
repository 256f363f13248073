import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { momentOf } from './moments.ts';
import type { Actor, World } from './world.ts';

interface Sender {
  actor: Actor;
  receiver: Receiver;
}

/** By the clock of an actor, which is its own. */
const senders = new WeakMap<object, Sender>();

/** A program of the person, which is told of events by a webhook, and sometimes says that it was not. */
export class Receiver {
  /** How often each delivery came, by its id. */
  readonly heard = new Map<string, number>();
  readonly #world: World;
  #posts = 0;

  constructor(world: World) {
    this.#world = world;
  }

  connect(actor: Actor): void {
    senders.set(actor.clock, { actor, receiver: this });
  }

  /** @returns the status of its answer. */
  hear(actor: Actor, id: string): Promise<number> {
    const world = this.#world;
    this.#posts += 1;
    const lane = `${actor.name} webhook ${this.#posts}`;
    const text = 'tells the webhook';
    return new Promise((resolve, reject) => {
      const fail = () => {
        world.stir();
        reject(new Error('ECONNRESET'));
      };
      world.park({
        actor,
        lane,
        text,
        moment: momentOf(text),
        act: ({ fate }) => {
          if (fate === 'never sent') {
            fail();
            return 'the connection breaks before it is sent';
          }
          this.heard.set(id, (this.heard.get(id) ?? 0) + 1);
          if (fate === 'lost') {
            fail();
            return 'and the answer is lost';
          }
          const status = world.random.chance(10) ? 500 : 200;
          world.stir();
          resolve(status);
          return String(status);
        },
      });
    });
  }
}

export function senderOf(clock: Pick<Clock, 'now'>): Sender {
  const sender = senders.get(clock);
  if (!sender) throw new Error('a webhook of no actor');
  return sender;
}
