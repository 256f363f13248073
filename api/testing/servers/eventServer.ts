import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Router from '@koa/router';
import { type Task, Task as TaskRow, type TaskStatus } from '@star-graph/core/ground/db/models/task';
import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { createFixedRing } from '@star-graph/core/ground/encryption/signingRing';
import { Problem } from '@star-graph/core/ground/errors';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { newTraceContext } from '@star-graph/core/ground/telemetry/traceContext';
import type { AccountBound } from '@star-graph/core/people/identity/accounts/accounts';
import { authenticate } from '@star-graph/core/people/identity/authenticate';
import { createCredentialCache } from '@star-graph/core/people/identity/credentialCache';
import { createAccessTokens } from '@star-graph/core/people/identity/credentials/accessTokens';
import { createApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { refreshSession } from '@star-graph/core/people/identity/credentials/refreshSession';
import {
  endSessionOf,
  openSession,
  type SignIn,
  signInTo,
} from '@star-graph/core/people/identity/credentials/sessions';
import { createQueuedTask, createUser } from '@star-graph/core/testing/db/factories';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import {
  createEventProcess,
  type EventProcess,
  silentLog,
  startRelay,
} from '@star-graph/core/testing/events';
import { fixedSettings } from '@star-graph/core/testing/fixedSettings';
import { createTestRedis, type TestRedis } from '@star-graph/core/testing/services/testRedis';
import type { EventType } from '@star-graph/core/work/events/event';
import { recordEvent } from '@star-graph/core/work/events/outbox/recordEvent';
import { createProgressReader } from '@star-graph/core/work/events/progressBus';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import Koa from 'koa';
import type { ApiContext } from '../../apiContext.ts';
import { createConnectionSlots } from '../../limits/connectionSlots.ts';
import { answerProblems } from '../../middleware/answerProblems.ts';
import { authenticateRequest } from '../../middleware/authenticateRequest.ts';
import { presentTask } from '../../routes/tasks/presentTask.ts';
import { createTaskEvents } from '../../routes/tasks/taskEvents.ts';
import { attachStomp } from '../../stomp/endpoint.ts';
import { defaultStompLimits, type StompLimits } from '../../stomp/limits.ts';
import type { StompDeps } from '../../stomp/stompDeps.ts';
import { newSnowflake } from '../calls/discord.ts';
import { fixture } from './fixtures.ts';

/** The shared parts of one installation's processes. */
export interface EventPlatform {
  db: TestDatabase;
  redis: TestRedis;
}

export interface TestPerson {
  userId: string;
  signIn: SignIn;
}

/** One API process that serves events alone: STOMP and SSE over real sockets, with real sessions. */
export interface EventServer extends AsyncDisposable {
  url: string;
  socketUrl: string;
  process: EventProcess;
  /** The assumed client address of new connections. */
  address: string;
}

/** The usual setup for tests of events: people and two API processes of one installation. */
export function eventFixture() {
  const platform: EventPlatform = fixture(async () => {
    await using parts = new AsyncDisposableStack();
    const [db, redis] = [parts.use(await createTestDatabase()), parts.use(await createTestRedis())];
    const started = parts.move();
    return { db, redis, [Symbol.asyncDispose]: () => started.disposeAsync() };
  });
  const cast: EventCast = fixture(async () => {
    const made = await createEventCast(platform);
    return { ...made, [Symbol.asyncDispose]: made.stop };
  });
  const start = () => startEventServer(platform, cast);
  return { platform, cast, server: fixture(start), other: fixture(start) };
}

const jwtKey = { kid: 'test', secret: randomBytes(64) };

/** People, keys and tasks of a platform, and a relay that publishes what happens to them. */
export async function createEventCast(platform: EventPlatform) {
  const { db, redis } = platform;
  const tokens = createAccessTokens(
    { clock: systemClock, keys: createFixedRing([jwtKey]) },
    { ttlSeconds: 900 },
  );
  const sessionDeps = {
    database: db.database,
    clock: systemClock,
    redis: redis.redis,
    prefix: redis.prefix,
    log: silentLog,
    tokens,
    sessionHours: 1,
    sessionDays: 90,
    refreshRepeatSeconds: 30,
  };
  const relay = startRelay({ database: db.database, redis: redis.redis, prefix: redis.prefix });
  return {
    sessionDeps,
    /** @param serviceKeyId of the service key whose link code the session came from. */
    async addPerson(serviceKeyId: string | null = null): Promise<TestPerson> {
      const user = await createUser(db.database, 10_000);
      const session = await db.database.transaction((trx) =>
        openSession(sessionDeps, trx, {
          userId: user.id,
          userAgent: 'test',
          address: '127.0.0.1',
          serviceKeyId,
          provenAt: new Date(),
        }),
      );
      return { userId: user.id, signIn: await signInTo(sessionDeps, user, session) };
    },
    /** A Discord user without an account, as a service key knows them. */
    async addDiscordPerson(): Promise<{ snowflake: string; userId: string }> {
      const { id: userId } = await createUser(db.database);
      await User.query(db.database).findById(userId).patch({ username: null });
      const snowflake = newSnowflake();
      await Identity.query(db.database).insert({
        provider: 'discord',
        subject: snowflake,
        userId,
        createdAt: new Date(),
      });
      return { snowflake, userId };
    },
    addKey: (person: TestPerson, kind: 'user' | 'service', serviceKeyId: string | null = null) =>
      createApiKey(sessionDeps, { userId: person.userId, kind, name: 'test', serviceKeyId }),
    signOut: (person: TestPerson) => endSessionOf(sessionDeps, person.signIn.refreshToken),
    addTask: (person: TestPerson, values: Partial<Task> = {}) =>
      createQueuedTask(db.database, person.userId, values),
    /** Changes the task and records the event in one transaction, as the transitions do. */
    async tell(task: Task, type: EventType, status?: TaskStatus): Promise<void> {
      const now = new Date();
      const ended = status === undefined || status === 'running' ? {} : { finishedAt: now };
      await db.database.transaction(async (trx) => {
        const row = () => TaskRow.query(trx).findById(task.id);
        if (status === 'running') await row().where({ status: 'queued' }).patch({ status: 'assigned' });
        if (status) await row().patch({ status, ...ended });
        await recordEvent(trx, type, task, { attempt: task.attempt }, now);
      });
      relay.relay.wake();
    },
    stop: () => relay[Symbol.asyncDispose](),
  };
}
export type EventCast = Awaited<ReturnType<typeof createEventCast>>;

export async function startEventServer(
  platform: EventPlatform,
  cast: EventCast,
  options: { limits?: Partial<StompLimits>; redisUrl?: string } & Partial<
    Record<'streamClock' | 'socketClock', Clock>
  > = {},
): Promise<EventServer> {
  const { database } = platform.db;
  const { prefix, url } = platform.redis;
  const eventProcess = createEventProcess({ database, redisUrl: options.redisUrl ?? url, prefix });
  const shared = { clock: systemClock, log: silentLog, database, prefix, ...eventProcess };
  const credentials = createCredentialCache(shared);
  const identity = {
    ...shared,
    tokens: cast.sessionDeps.tokens,
    credentials,
    settings: fixedSettings({ SIGN_UP_GRANT: 0 }),
    accountBound: boundless,
    adminSecondFactor: 'optional' as const,
  };
  const limits = { ...defaultStompLimits, ...options.limits };
  const server = createServer();
  const running = { address: '::1' };
  const app = new Koa();
  // A client that leaves in the middle of its events is expected here.
  app.silent = true;
  const stomp = await attachStomp(
    {
      ...shared,
      clock: options.socketClock ?? systemClock,
      ...createActions(platform, cast, eventProcess),
      authenticate: (it) => authenticate(identity, it),
    },
    {
      path: '/ws',
      limits,
      isAllowedOrigin: (origin) => origin === 'https://allowed.example',
      isOwnHost: () => true,
      addressOf: () => running.address,
    },
    app,
    [server],
  );
  const taskEvents = await createTaskEvents({
    ...shared,
    clock: options.streamClock ?? systemClock,
    authenticate: (it) => authenticate(identity, it),
    takeConnectionSlot: createConnectionSlots(limits.socketsPerCaller),
  });
  app.use(async (ctx, next) => {
    Object.assign(ctx.state, stateOfRequest());
    await answerProblems(ctx as ApiContext, next);
  });
  const keyRing = createKeyRing([]);
  const rateLimits = { countUser: async () => {}, countAddress: async () => {} };
  app.use((ctx, next) => authenticateRequest({ ...identity, keyRing, rateLimits })(ctx as ApiContext, next));
  const router = new Router();
  router.get('/api/v1/tasks/:id/events', (ctx) =>
    followFrom(ctx as unknown as ApiContext, ctx.params.id ?? ''),
  );
  router.post('/api/v1/auth/refresh', async (ctx) => {
    const { refreshToken } = JSON.parse(await text(ctx.req));
    const presented = { refreshToken, userAgent: 'test' };
    const { account: user, ...tokens } = await refreshSession(cast.sessionDeps, presented);
    ctx.body = { ...tokens, user };
  });
  const followFrom = (ctx: ApiContext, id: string) => {
    const { caller } = ctx.state;
    if (!caller || caller.kind === 'service') throw new Problem('unauthenticated', 'Sign in.');
    return taskEvents.followTask({ params: { id }, query: undefined, body: undefined, caller, ctx });
  };
  app.use(router.routes());
  server.on('request', app.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(running, {
    url: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}/ws`,
    process: eventProcess,
    async [Symbol.asyncDispose]() {
      await stomp.close();
      taskEvents.close();
      server.close();
      server.closeAllConnections();
      await eventProcess[Symbol.asyncDispose]();
    },
  });
}

const stateOfRequest = () => ({ requestId: 'test', address: '::1', log: silentLog, span: newTraceContext() });

const boundless: AccountBound = { within: (_origin, make) => make() };

/** Executes a SEND: tasks come from the factory, a cancel is real. */
function createActions(
  { db }: EventPlatform,
  cast: EventCast,
  { redis }: EventProcess,
): Pick<
  StompDeps,
  'generate' | 'cancel' | 'countRequest' | 'countRefusal' | 'presentError' | 'requireAddress'
> {
  const present = async (taskId: string) =>
    presentTask(
      {
        storage: { signedUrl: async (key) => `http://files.example/${key}` },
        progress: createProgressReader({ redis, prefix: 'unused:' }),
        chargesCancel: () => false,
      },
      await requireTaskWithOutputs(db.database, taskId, undefined),
    );
  const wakeSignals = { send() {}, sendCancel() {} };
  return {
    async generate(caller, { workflow, meta = {} }) {
      if (workflow !== 'text2img') throw new Problem('not-found', 'There is no such workflow.');
      const apiKeyId = caller.kind === 'session' ? null : caller.apiKeyId;
      const task = await createQueuedTask(db.database, caller.account.id, { meta, apiKeyId });
      await cast.tell(task, 'task_created');
      return present(task.id);
    },
    async cancel(caller, { taskId }) {
      await cancelTask({ database: db.database, clock: systemClock, wakeSignals }, taskId, caller.account.id);
      return present(taskId);
    },
    requireAddress: () => {},
    countRequest: async () => {},
    countRefusal: async () => {},
    presentError(error) {
      const problem = error instanceof Problem ? error : new Problem('internal', String(error));
      return presentProblem({
        code: problem.code,
        detail: problem.detail,
        instance: 'urn:test',
        errors: problem.errors,
      });
    },
  };
}
