import type { EventView, PublicMessage, Reply, SendCancel, SendGenerate } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Client, type IFrame, ReconnectionTimeMode } from '@stomp/stompjs';
import { ClientProblem, isProblem, Unreachable } from './clientProblem.ts';
import type { RequestDeps } from './request.ts';

/**
 * - `connecting`: not connected, trying;
 * - `connected`: the server has confirmed the subscriptions, and missed events have come;
 * - `signedOut`: the credential no longer works, and the connection is given up.
 */
export type ConnectionState = 'connecting' | 'connected' | 'signedOut' | 'closed';

/** The position in the events of one account. Opaque plain data, to be stored where it outlives this process. */
export type ResumePoint = Readonly<Record<string, string>>;

export interface EventListeners {
  /**
   * Facts, snapshots and progress, in the order of the server. After a loss the last ones may come twice.
   * @param point where to resume once this event has had its effect
   */
  onEvent(event: EventView, point: ResumePoint): void;
  onPublicMessage?(message: PublicMessage): void;
  onState?(state: ConnectionState): void;
}

export interface EventConnection {
  /** Resolves when the task is committed. @throws ClientProblem; Unreachable when the answer was lost. */
  generate(request: Omit<SendGenerate, 'correlationId'>): Promise<TaskView>;
  cancel(taskId: string): Promise<TaskView>;
  close(): Promise<void>;
}

const path = '/ws';
const eventDestinations = ['/user/topic/status', '/user/topic/result', '/user/topic/progress'] as const;
const replyDestination = '/user/queue/reply';
const publicDestination = '/topic/public';
const heartbeatMs = 10_000;
const reconnectDelayMs = 500;
const longestReconnectDelayMs = 30_000;
const connectTimeoutMs = 15_000;
const replyTimeoutMs = 30_000;

/**
 * Events over one WebSocket. When it ends, it is opened again with a fresh credential and resumes where it broke off.
 * @param options.resumeFrom from an earlier connection of the same account: the events since then are sent instead of
 * a snapshot
 * @param options.topics what is told by further destinations, such as the wall of a room
 */
export function connectEvents(
  deps: Pick<RequestDeps, 'baseUrl' | 'credentials' | 'readText'>,
  listeners: EventListeners,
  options: { resumeFrom?: ResumePoint; topics?: Readonly<Record<string, (body: unknown) => void>> } = {},
): EventConnection {
  const replies = createReplies();
  const resume = createResumePoints(options.resumeFrom);
  let isRefused = false;

  const client = new Client({
    brokerURL: deps.baseUrl.replace(/^http/, 'ws') + path,
    reconnectDelay: reconnectDelayMs,
    maxReconnectDelay: longestReconnectDelayMs,
    reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
    heartbeatIncoming: heartbeatMs,
    heartbeatOutgoing: heartbeatMs,
    connectionTimeout: connectTimeoutMs,
    async beforeConnect() {
      listeners.onState?.('connecting');
      // Unreachable here: the attempt goes on with the present credential, and the next one asks again.
      if (isRefused && !(await deps.credentials.renew().catch(() => true))) {
        listeners.onState?.('signedOut');
        await client.deactivate();
        return;
      }
      isRefused = false;
      // Without a credential the server refuses, and the next attempt asks for a new one.
      client.connectHeaders = await deps.credentials.headers().catch(() => ({}));
    },
    onConnect: subscribeAll,
    onStompError(frame) {
      isRefused = isUnauthenticated(frame);
    },
    onWebSocketClose: () => replies.rejectAll(new Unreachable('The connection was lost.')),
  });

  const read = (body: string): unknown => JSON.parse(deps.readText?.(body) ?? body);

  function subscribeAll(): void {
    resume.start();
    for (const [topic, take] of Object.entries(options.topics ?? {}))
      client.subscribe(topic, ({ body }) => take(read(body)));
    client.subscribe(replyDestination, (message) => replies.settle(JSON.parse(message.body) as Reply));
    for (const destination of eventDestinations) {
      const lastSeq = resume.find(destination);
      const receipt = crypto.randomUUID();
      client.watchForReceipt(receipt, () => {
        // What a listener reads from here on and what it hears together lack nothing.
        if (resume.noteLive(destination)) listeners.onState?.('connected');
      });
      client.subscribe(
        destination,
        (message) => {
          const event = read(message.body) as EventView;
          resume.note(destination, event);
          listeners.onEvent(event, resume.point());
        },
        { receipt, ...(lastSeq === undefined ? {} : { 'last-seq': lastSeq }) },
      );
    }
    const { onPublicMessage } = listeners;
    if (onPublicMessage)
      client.subscribe(publicDestination, (message) =>
        onPublicMessage(JSON.parse(message.body) as PublicMessage),
      );
  }

  const send = (destination: string, body: SendGenerate | SendCancel): Promise<TaskView> =>
    replies.expect((correlationId) => {
      if (!client.connected) throw new Unreachable('Not connected.');
      client.publish({ destination, body: JSON.stringify({ ...body, correlationId }) });
    });

  client.activate();
  return {
    generate: (request) =>
      send('/app/generate', { ...request, idempotencyKey: request.idempotencyKey ?? crypto.randomUUID() }),
    cancel: (taskId) => send('/app/cancel', { taskId }),
    async close() {
      await client.deactivate();
      listeners.onState?.('closed');
    },
  };
}

function isUnauthenticated(frame: IFrame): boolean {
  try {
    const problem: unknown = JSON.parse(frame.body);
    return isProblem(problem) && new ClientProblem(problem).code === 'unauthenticated';
  } catch {
    // Not this server's ERROR: it says nothing about the credential.
    return false;
  }
}

/**
 * Where each destination resumes. While one still catches up, events of another say nothing about it. Once the server
 * has confirmed all of them, it sends in one order, and the last event of any is the point for all.
 */
function createResumePoints(known: ResumePoint = {}) {
  const lastSeqs = new Map(Object.entries(known));
  const live = new Set<string>();
  return {
    start: () => live.clear(),
    /** @returns whether all are live now */
    noteLive: (destination: string) => live.add(destination).size === eventDestinations.length,
    find: (destination: string) => lastSeqs.get(destination),
    point: (): ResumePoint => Object.fromEntries(lastSeqs),
    note(destination: string, event: EventView): void {
      lastSeqs.set(destination, event.seq);
      const areAllLive = live.size === eventDestinations.length;
      for (const other of eventDestinations) {
        // A snapshot holds everything up to its seq, also for destinations without an event yet.
        const isFirst = event.type === 'state_snapshot' && !lastSeqs.has(other);
        if (areAllLive || isFirst) lastSeqs.set(other, event.seq);
      }
    },
  };
}

/** Replies are matched to requests by `correlationId`. */
function createReplies() {
  const waiting = new Map<string, { resolve: (task: TaskView) => void; reject: (error: Error) => void }>();
  return {
    async expect(ask: (correlationId: string) => void): Promise<TaskView> {
      const correlationId = crypto.randomUUID();
      const late = new Unreachable('The server did not answer in time.');
      const timer = setTimeout(() => waiting.get(correlationId)?.reject(late), replyTimeoutMs);
      try {
        return await new Promise<TaskView>((resolve, reject) => {
          waiting.set(correlationId, { resolve, reject });
          ask(correlationId);
        });
      } finally {
        clearTimeout(timer);
        waiting.delete(correlationId);
      }
    },
    settle(reply: Reply): void {
      const question = waiting.get(reply.correlationId ?? '');
      if ('task' in reply) question?.resolve(reply.task);
      else question?.reject(new ClientProblem(reply.problem));
    },
    rejectAll(error: Error): void {
      for (const { reject } of waiting.values()) reject(error);
    },
  };
}
