import { User } from '@star-graph/core/ground/db/models/user';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { currentBuiltins } from '@star-graph/workflows';
import { beforeAll, expect } from 'vitest';
import { createOpenApiDocument } from '../pages/createDocument.ts';
import { createSamples, type DescribedOperation, describedOperations } from './calls/contractRequests.ts';
import { actFor, newSnowflake } from './calls/discord.ts';
import { createRandom, hostileHeader, hostileText, mutate, pick } from './calls/mutations.ts';
import type { Answer, Call } from './servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from './servers/fixtures.ts';

/** `FUZZ_REQUESTS=10000 npm test -- api/fuzz.slow` takes minutes; `FUZZ_SEED` makes another run. */
const seed = Number(process.env.FUZZ_SEED ?? 1);

const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
/** An event stream is answered until it ends. */
const operations = describedOperations(document).filter(({ id }) => id !== 'followTask');
const password = 'long enough for all';

type Credential = () => Promise<Call>;

const samples = createSamples(document, {
  name: 'text2img',
  workflow: 'text2img',
  discordGuildId: '100000000000000000',
});

/** A request of an operation that is wrong in one place or several, or right. */
function describeRequest(random: () => number, operation: DescribedOperation): { path: string; call: Call } {
  const chosen = Object.fromEntries(
    operation.parameters
      .filter((it) => it.in !== 'header' && random() < (it.in === 'path' ? 0.2 : 0.4))
      .map(({ name }) => [name, hostileText(random).slice(0, 2_000).toWellFormed() || '-']),
  );
  const headers: Record<string, string> = {};
  for (const name of ['idempotency-key', 'star-graph-act-for', 'star-graph-place', 'range', 'content-type'])
    if (random() < 0.05) headers[name] = hostileHeader(random);
  const sample = operation.body && samples.sampleOf(operation.body);
  const body = random() < 0.1 ? sample : mutate(random, random() < 0.2 ? mutate(random, sample) : sample);
  const address = Array.from({ length: 3 }, () => Math.floor(random() * 256)).join('.');
  return {
    path: samples.pathOf(operation, chosen),
    call: {
      method: operation.method,
      // Each from its own network: failed sign-ins of one would lock the others out.
      headers: { 'x-forwarded-for': `10.${address}`, ...headers },
      ...(operation.body ? { body: typeof body === 'string' ? JSON.stringify(body) : (body ?? null) } : {}),
    },
  };
}

/** The pool of this test has no server that answers. */
const expected503 = ['no-backend', 'workflow-unavailable', 'model-unusable', 'queue-full', 'unavailable'];
const internals =
  /node_modules|\bat \w+ \(|\bER_[A-Z]{3}|SQLSTATE|\bknex\b|objection|\.ts:\d+|ECONNREFUSED|\/tmp\//;

function findFault({ status, body }: Answer): string | undefined {
  const text = JSON.stringify(body) ?? '';
  const code = body?.type?.split(':').at(-1);
  if (status >= 500 && !(status === 503 && (expected503.includes(code) || body?.ready === false)))
    return `${status} ${text}`;
  return internals.exec(text)?.[0];
}

/** Sends so many requests as one kind of caller; a fault of the platform fails it. */
type Fuzz = (caller: string, requests: number) => Promise<void>;

export const callers = ['nobody', 'user', 'moderator', 'administrator', 'API key', 'service key', 'delegate'];

/** For the tests of one file. */
export function fuzzFixture(): Fuzz {
  const platform = platformFixture({ hasBackend: true });
  const api = apiFixture(platform, { TRUSTED_PROXIES: '127.0.0.1' });
  const credentials: Record<string, Credential> = {};

  async function signUp(role: User['role']): Promise<Credential> {
    const username = `fuzz-${role}-${newId().slice(-8)}`;
    const { user } = (await api.call('/api/v1/auth/register', { body: { username, password } })).body;
    await User.query(platform.db.database).findById(user.id).patch({ role });
    const signIn = async () => {
      // A request before may have blocked the account or changed its role.
      await User.query(platform.db.database).findById(user.id).patch({ role, disabledAt: null });
      const answer = await api.call('/api/v1/auth/login', { body: { username, password } });
      return answer.body.accessToken as string;
    };
    let token = await signIn();
    return async () => {
      if ((await api.call('/api/v1/users/profile', { token })).status === 401) token = await signIn();
      return { token };
    };
  }

  beforeAll(async () => {
    const { key } = await addServiceKey(api);
    const person = actFor(newSnowflake());
    const user = await signUp('user');
    const made = await api.call('/api/v1/users/api-keys', { ...(await user()), body: { name: 'fuzz' } });
    Object.assign(credentials, {
      nobody: async () => ({}),
      user,
      moderator: await signUp('moderator'),
      administrator: await signUp('admin'),
      'API key': async () => ({ token: made.body.key }),
      'service key': async () => ({ token: key }),
      delegate: async () => ({ token: key, headers: person }),
    } satisfies Record<string, Credential>);
  });

  return async (caller, requests) => {
    const random = createRandom(seed + caller.length * 1_000);
    const refresh = credentials[caller];
    if (!refresh) throw new Error(`nobody signed in as ${caller}`);
    const statuses = new Map<number, number>();
    for (let at = 0; at < requests; at++) {
      const operation = pick(random, operations);
      const { path, call } = describeRequest(random, operation);
      const credential = await refresh();
      const headers = { ...credential.headers, ...call.headers };
      const answer = await api.call(path, { ...credential, ...call, headers });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const fault = findFault(answer);
      if (fault !== undefined)
        throw new Error(
          `request ${at}, ${operation.id} ${path} ${JSON.stringify(call)?.slice(0, 2_000)}: ${fault}`,
        );
    }
    if (process.env.FUZZ_REQUESTS !== undefined) console.log(caller, Object.fromEntries(statuses));
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
  };
}
