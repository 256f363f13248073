import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenSignInView } from '@star-graph/contract/auth/signIn';
import { type ProblemView, problemSchema } from '@star-graph/contract/problems';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import type { LinkDeps } from '@star-graph/core/library/assets/openLink';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { createTestRedis, type TestRedis } from '@star-graph/core/testing/services/testRedis';
import { fullObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import pino from 'pino';
import { startApi } from '../../startApi.ts';

/** Database, Redis, keys and files that several API processes may share. */
export interface TestPlatform extends AsyncDisposable {
  db: TestDatabase;
  redis: TestRedis;
  /** The environment of a process on this platform. */
  env: Record<string, string>;
}

export const adminPassword = 'correct horse battery';
/** Signs tokens in tests: a forged token can have the right key and wrong claims. */
export const testKey = { kid: 'test', secret: randomBytes(64) };

export async function createTestPlatform(): Promise<TestPlatform> {
  const [db, redis] = [await createTestDatabase(), await createTestRedis()];
  const dataDir = await mkdtemp(join(tmpdir(), 'star-graph-api-'));
  const env = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    DATA_DIR: dataDir,
    FILE_SIGNING_KEY: randomBytes(24).toString('hex'),
    JWT_KEYS: `${testKey.kid}:${testKey.secret.toString('base64url')}`,
    DATA_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    ADMIN_PASSWORD: adminPassword,
    // Nobody listens there.
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Star-Graph <noreply@example.com>',
    API_PORT: '0',
    REQUESTS_PER_MINUTE: '1000000',
    REQUESTS_PER_SECOND: '1000000',
    USER_REQUESTS_PER_SECOND: '1000000',
    ADDRESS_REQUESTS_PER_SECOND: '1000000',
    KEY_REQUESTS_PER_SECOND: '1000000',
  };
  return {
    db,
    redis,
    env,
    async [Symbol.asyncDispose]() {
      await redis[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A backend that belongs to a test dispatcher. By default it can run all workflows that ComfyUI 0.3.64 can. */
export async function addBackend(platform: TestPlatform, objectInfo = fullObjectInfo) {
  const { database } = platform.db;
  const backend = await createOwnedBackend(database, newId(), { seenAt: new Date() });
  const inventory = packInventory(parseInventory(objectInfo));
  await saveInventory({ database, clock: systemClock }, backend.id, inventory);
  return backend;
}

export interface Call {
  method?: string;
  token?: string;
  /** Sent as JSON, unless it is text or a form already. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape `call` has checked by the contract
  body: any;
}

export interface TestApi extends AsyncDisposable {
  url: string;
  /** Of the graph door, where `GRAPH_PORT` is set. */
  graphUrl: string;
  /** With `SDAPI_PORT`. */
  sdapiUrl: string;
  /** Sends a request and checks its answer against the contract. */
  call(path: string, call?: Call): Promise<Answer>;
  /** A new person. */
  signUp(): Promise<TokenSignInView>;
  signInAsAdmin(): Promise<string>;
  stop(): Promise<void>;
}

/** A busy machine takes its time to answer; the limit of the test itself ends what hangs. */
const answerLimitMs = 120_000;

export async function startTestApi(
  platform: TestPlatform,
  env: Record<string, string> = {},
  deps: Partial<LinkDeps & { clock: Clock }> = {},
): Promise<TestApi> {
  const config = parseConfig({ ...platform.env, ...env });
  const own = { clock: systemClock, log: pino({ level: 'silent' }), answerLimitMs };
  const api = await startApi({ ...own, ...deps }, config);
  const call = (path: string, options?: Call) => send(api.url, path, options);
  const signIn = async (username: string, password: string) =>
    requireBody(await call('/api/v1/auth/login', { body: { username, password } }));
  return {
    url: api.url,
    graphUrl: api.graphUrl ?? '',
    sdapiUrl: api.sdapiUrl ?? '',
    call,
    async signUp() {
      const username = `u${randomBytes(8).toString('hex')}`;
      const answer = await call('/api/v1/auth/register', {
        body: { username, password: 'long enough for all' },
      });
      return requireBody(answer);
    },
    signInAsAdmin: async () => (await signIn('admin', adminPassword)).accessToken,
    stop: () => api.stop(),
    [Symbol.asyncDispose]: () => api.stop(),
  };
}

async function send(url: string, path: string, { token, body, ...call }: Call = {}): Promise<Answer> {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof FormData;
  const method = call.method ?? (body === undefined ? 'GET' : 'POST');
  const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const answer = { status: response.status, headers: response.headers, body: await bodyOf(response) };
  checkAnswer(method, path, answer);
  return answer;
}

async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (/[/+]json/.test(type)) return response.json();
  if (response.status === 204) return undefined;
  return type.startsWith('text/') || type.includes('ndjson')
    ? response.text()
    : Buffer.from(await response.arrayBuffer());
}

/** Failures are problem documents; successes match the route's contract. */
function checkAnswer(method: string, path: string, answer: Answer): void {
  if (answer.headers.get('content-type')?.startsWith('application/problem+json')) {
    const problem: ProblemView = problemSchema.parse(answer.body);
    if (problem.status !== answer.status) throw new Error('a problem says its status');
    return;
  }
  if (answer.status >= 400 && !['/readyz', '/startupz'].includes(path) && method !== 'HEAD')
    throw new Error(`${method} ${path} answered ${answer.status} without a problem`);
  const spec = findRoute(method, path.split('?')[0] ?? path);
  if (spec?.success.body && answer.status < 300) spec.success.body.parse(answer.body);
}

function findRoute(method: string, path: string): RouteSpec | undefined {
  return Object.values(routes as Record<string, RouteSpec>).find(
    (spec) =>
      spec.method === method.toLowerCase() &&
      new RegExp(`^${spec.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
}

/** Of what a test stands on: a refusal that nobody reads shows as another failure, later. @throws what was refused */
export function requireBody({ status, body }: Answer): Answer['body'] {
  if (status >= 400) throw new Error(`refused with ${status}: ${body.detail}`);
  return body;
}

/** The code at the end of a problem's type. */
export const codeOf = (answer: Answer): string | undefined => answer.body?.type?.split(':').at(-1);
