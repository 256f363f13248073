import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { type CallerKind, callerKinds, whoMay } from '@star-graph/contract/whoMay';
import { Session } from '@star-graph/core/ground/db/models/session';
import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { beforeAll, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../testing/calls/discord.ts';
import { type Call, codeOf } from '../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

/** Of each kind one, of a person of its own: the walk ends their sessions. Delegates by the role of their person. */
let credentials: Record<Exclude<CallerKind, 'delegate'>, Call> & { delegates: Record<Role, Call> };
const roles = ['user', 'moderator', 'admin'] as const;
type Role = (typeof roles)[number];

async function signUp(role: Role) {
  const username = `${role}-${newId().slice(-12)}`;
  const typed = { username, password: 'long enough for all' };
  const { user } = (await api.call('/api/v1/auth/register', { body: typed })).body;
  const subject = newSnowflake();
  const { database } = platform.db;
  const identity = { provider: 'discord', subject, userId: user.id, createdAt: new Date() } as const;
  await Identity.query(database).insert(identity);
  await User.query(database).findById(user.id).patch({ role });
  const { accessToken: token } = (await api.call('/api/v1/auth/login', { body: typed })).body;
  return { id: user.id as string, subject, token: token as string };
}

/** As if the person had signed in eleven minutes ago. */
async function forgetProof(userId: string): Promise<void> {
  const provenAt = new Date(Date.now() - 11 * 60_000);
  await Session.query(platform.db.database).where({ userId }).patch({ provenAt });
  await platform.redis.empty();
}

beforeAll(async () => {
  const { key } = await addServiceKey(api);
  const people = {
    user: await signUp('user'),
    moderator: await signUp('moderator'),
    admin: await signUp('admin'),
  };
  const delegate = ({ subject }: { subject: string }): Call => ({ token: key, headers: actFor(subject) });
  const { token } = await signUp('admin');
  const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } });
  const old = await signUp('admin');
  await forgetProof(old.id);
  const coded = delegate({ subject: newSnowflake() });
  const { code } = (await api.call('/api/v1/users/link-codes', { ...coded, body: '' })).body;
  const fromCode = await api.call('/api/v1/auth/link', { body: { code } });
  credentials = {
    'administrator’s key': { token: made.body.key },
    'old session': { token: old.token },
    'session from a code': { token: fromCode.body.accessToken },
    nobody: {},
    user: { token: people.user.token },
    moderator: { token: people.moderator.token },
    administrator: { token: people.admin.token },
    'service key': { token: key },
    delegates: {
      user: delegate(people.user),
      moderator: delegate(people.moderator),
      admin: delegate(people.admin),
    },
  };
});

const pathOf = (spec: RouteSpec) =>
  spec.path
    .replace('{workflow}', 'text2img')
    .replace('{discordGuildId}', '100000000000000000')
    .replaceAll(/\{(\w+)\}/g, () => newId());

/** Sessions that end take their callers with them. */
const endsSessions = ({ method, path }: RouteSpec) => method === 'delete' && path === '/api/v1/auth/sessions';
const specs = Object.entries(routes as Record<string, RouteSpec>).toSorted(
  ([, a], [, b]) => Number(endsSessions(a)) - Number(endsSessions(b)),
);

async function isOpen(spec: RouteSpec, call: Call): Promise<boolean> {
  const answer = await api.call(pathOf(spec), { ...call, method: spec.method.toUpperCase() });
  return answer.status !== 401 && answer.status !== 403;
}

describe('every operation is open to', () => {
  test.each(callerKinds.filter((kind) => kind !== 'delegate'))('%s as the contract says', async (kind) => {
    for (const [id, spec] of specs)
      expect([id, await isOpen(spec, credentials[kind])]).toEqual([id, whoMay(spec, kind) === 'yes']);
  });

  test.each(roles)('delegates of a person with the role %s as the contract says', async (role) => {
    const person = role === 'admin' ? 'administrator' : role;
    for (const [id, spec] of specs) {
      // Decided on the account: these people sign in themselves.
      if (id === 'createLinkCode') continue;
      const right = whoMay(spec, 'delegate');
      const expected = right === 'as their person' ? whoMay(spec, person) === 'yes' : right === 'yes';
      expect([id, await isOpen(spec, credentials.delegates[role])]).toEqual([id, expected]);
    }
  });
});

describe('a moderator', () => {
  /** Nobody ended their sessions, as the calls of all operations do. */
  let caller: Record<'session' | 'delegate', Call>;
  beforeAll(async () => {
    caller = {
      session: { token: (await signUp('moderator')).token },
      delegate: credentials.delegates.moderator,
    };
  });
  const change = async (call: Call, id: string, body: object) =>
    api.call(`/api/admin/users/${id}`, { ...call, method: 'PATCH', body });

  test.each(['session', 'delegate'] as const)('by a %s blocks and unblocks users', async (by) => {
    const call = caller[by];
    const { id, token } = await signUp('user');
    expect((await change(call, id, { disabled: true, reason: 'spam' })).status).toBe(200);
    expect((await api.call('/api/v1/users/profile', { token })).status).toBe(401);
    const unblocked = await change(call, id, { disabled: false });
    expect(unblocked.body.disabledAt).toBeUndefined();
  });

  test.each(['session', 'delegate'] as const)('by a %s changes nothing else about people', async (by) => {
    const call = caller[by];
    const people = {
      user: await signUp('user'),
      moderator: await signUp('moderator'),
      admin: await signUp('admin'),
    };
    const tries = [
      [people.user.id, { role: 'moderator' }],
      [people.user.id, { role: 'user', disabled: true }],
      [people.moderator.id, { disabled: true }],
      [people.admin.id, { disabled: true }],
      [people.admin.id, { role: 'user' }],
    ] as const;
    for (const [id, body] of tries) {
      const answer = await change(call, id, body);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
    for (const { token } of Object.values(people))
      expect((await api.call('/api/v1/users/profile', { token })).status).toBe(200);
    const rows = await User.query(platform.db.database).findByIds(Object.values(people).map(({ id }) => id));
    expect(rows.map(({ role, disabledAt }) => [role, disabledAt]).toSorted()).toEqual([
      ['admin', null],
      ['moderator', null],
      ['user', null],
    ]);
  });
});
