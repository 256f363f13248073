import { destinations } from '@star-graph/contract/events';
import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { Connection } from './connection.ts';
import type { ClientFrame } from './frameReader.ts';
import type { StompLimits } from './limits.ts';
import { answerSend } from './sendCommands.ts';
import { messageFrame } from './serverFrames.ts';
import type { StompDeps } from './stompDeps.ts';
import { isSubscribable, startSubscription } from './subscriptions.ts';

interface Commands {
  /** Executes a connected client's commands. @throws Problem when the session has to end. */
  obey(caller: Caller, frame: ClientFrame): Promise<void>;
  /** Ends all subscriptions, starting ones included. */
  stop(): void;
}

const invalid = (detail: string) => new Problem('invalid-params', detail);

export function createCommands(
  deps: StompDeps,
  limits: Pick<StompLimits, 'subscriptionsPerSocket'>,
  connection: Connection,
  address: string,
): Commands {
  const subscriptions = new Map<string, { destination: string; stop: () => void }>();
  let isStopped = false;

  async function subscribe(caller: Caller, { headers }: ClientFrame): Promise<void> {
    const { id, destination, ack = 'auto' } = headers;
    if (!id || !destination) throw invalid('SUBSCRIBE needs the headers id and destination.');
    if (ack !== 'auto') throw invalid('Only ack:auto is supported; resume by last-seq instead.');
    if (subscriptions.has(id)) throw invalid('This subscription id is in use. Choose another.');
    if (!isSubscribable(destination))
      throw new Problem('forbidden', `There is nothing for you to subscribe to. Try ${destinations.status}.`);
    const limit = limits.subscriptionsPerSocket;
    if (subscriptions.size >= limit)
      throw new Problem('quota-exceeded', `A socket may have ${limit} subscriptions. End one first.`);
    await deps.countRequest(caller, address);
    const subscription = { id, destination, lastSeq: headers['last-seq'] };
    const stop = await startSubscription(deps, caller, connection, subscription);
    if (isStopped) stop();
    else subscriptions.set(id, { destination, stop });
  }

  function unsubscribe({ headers: { id } }: ClientFrame): void {
    if (!id) throw invalid('UNSUBSCRIBE needs the header id.');
    subscriptions.get(id)?.stop();
    subscriptions.delete(id);
  }

  async function send(caller: Caller, frame: ClientFrame): Promise<void> {
    const reply = JSON.stringify(await answerSend(deps, caller, address, frame));
    for (const [id, { destination }] of subscriptions) {
      if (destination === destinations.reply) connection.send(messageFrame(destination, id, reply));
    }
  }

  return {
    async obey(caller, frame) {
      switch (frame.command) {
        case 'SUBSCRIBE':
          return subscribe(caller, frame);
        case 'UNSUBSCRIBE':
          return unsubscribe(frame);
        case 'SEND':
          return send(caller, frame);
        case 'CONNECT':
        case 'STOMP':
          throw invalid('This session is connected already.');
        default:
          throw invalid('This command is not supported. Use SUBSCRIBE, UNSUBSCRIBE, SEND or DISCONNECT.');
      }
    },
    stop() {
      isStopped = true;
      for (const { stop } of subscriptions.values()) stop();
      subscriptions.clear();
    },
  };
}
