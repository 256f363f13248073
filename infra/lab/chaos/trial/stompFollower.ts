import { destinations } from '@star-graph/contract/events';
import { Client, type IMessage, type StompHeaders } from '@stomp/stompjs';
import type { Cluster } from '../cluster/cluster.ts';
import type { PlannedTask } from '../trial/plan.ts';
import type { TrialHistory } from './history.ts';
import { type EventBody, noteEvent } from './noteEvent.ts';
import { type Person, paramsOf } from './person.ts';

/** Follows all tasks of a person on an unmodified STOMP client that comes back to the other API and resumes. */
export interface StompFollower {
  /** SEND under one key until a reply names the task. @returns its id; rejects when the follower stops first. */
  request(task: PlannedTask, key: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

interface Deps {
  cluster: Cluster;
  history: TrialHistory;
  person: Person;
}

interface ReplyBody {
  correlationId?: string;
  task?: { id: string };
  problem?: { status: number };
}

const reconnectMs = 100;
const replyMs = 10_000;
const againAfterMs = 200;

export function createStompFollower(deps: Deps): StompFollower {
  const { cluster, history, person } = deps;
  const replies = new EventTarget();
  const lastSeqs = new Map<string, string>();
  const stopped = new AbortController();
  let connections = 0;
  const client = new Client({
    connectHeaders: { Authorization: `Bearer ${person.accessToken}` },
    reconnectDelay: reconnectMs,
    connectionTimeout: 5_000,
    heartbeatIncoming: 2_000,
    heartbeatOutgoing: 2_000,
    beforeConnect: () => {
      const { url } = cluster.apis[connections++ % 2 === 0 ? 0 : 1];
      client.brokerURL = `${url.replace('http:', 'ws:')}/ws`;
    },
    onConnect: () => {
      subscribe(client, lastSeqs, (event) => noteEvent(history, event, 'stomp'));
      client.subscribe(destinations.reply, ({ body }) => {
        const reply: ReplyBody = JSON.parse(body);
        replies.dispatchEvent(new CustomEvent(reply.correlationId ?? '', { detail: reply }));
      });
    },
  });
  client.activate();

  return {
    async request(task, key) {
      const body = JSON.stringify(describeRequest(task, person, key));
      for (;;) {
        const reply = await sendOnce(client, replies, { key, body }, stopped.signal);
        stopped.signal.throwIfAborted();
        if (reply?.task) return reply.task.id;
        const status = reply?.problem?.status;
        if (status === undefined) continue;
        if (status >= 500 || status === 429) await pause(againAfterMs);
        else {
          history.violations.push(`a SEND for ${task.workflow} was answered ${JSON.stringify(reply)}`);
          return undefined;
        }
      }
    },
    async stop() {
      stopped.abort(new Error('the trial is over'));
      await client.deactivate({ force: true });
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats and twins are the same to the byte, so they share the correlation as well. */
const describeRequest = (task: PlannedTask, person: Person, key: string) => ({
  workflow: task.workflow,
  params: paramsOf(task, person),
  idempotencyKey: key,
  correlationId: key,
});

/** Where it was before, where it was. `lastSeqs` is by destination. */
function subscribe(client: Client, lastSeqs: Map<string, string>, onEvent: (event: EventBody) => void): void {
  const take = (destination: string, message: IMessage): void => {
    const event: EventBody = JSON.parse(message.body);
    lastSeqs.set(destination, event.seq);
    // Later ends belong to the subscription of results, which may be cut before its first event.
    if (event.type === 'state_snapshot' && !lastSeqs.has(destinations.result))
      lastSeqs.set(destinations.result, event.seq);
    onEvent(event);
  };
  for (const destination of [destinations.status, destinations.result]) {
    const lastSeq = lastSeqs.get(destination);
    const headers: StompHeaders = lastSeq === undefined ? {} : { 'last-seq': lastSeq };
    client.subscribe(destination, (message) => take(destination, message), headers);
  }
}

/** One SEND; undefined when no reply came, and it may have been accepted all the same. */
function sendOnce(
  client: Client,
  replies: EventTarget,
  { key, body }: { key: string; body: string },
  signal: AbortSignal,
): Promise<ReplyBody | undefined> {
  const { connected } = client;
  return new Promise((resolve) => {
    const end = (reply: ReplyBody | undefined) => {
      clearTimeout(timer);
      replies.removeEventListener(key, onReply);
      signal.removeEventListener('abort', onAbort);
      resolve(reply);
    };
    const onReply = (event: Event) => end((event as CustomEvent<ReplyBody>).detail);
    const onAbort = () => end(undefined);
    const timer = setTimeout(() => end(undefined), connected ? replyMs : againAfterMs);
    replies.addEventListener(key, onReply);
    signal.addEventListener('abort', onAbort);
    if (connected) client.publish({ destination: destinations.generate, body });
  });
}
