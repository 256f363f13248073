import { keyScopeOf } from '@star-graph/contract/keyScope';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { type CallerKind, callerKinds, whoMay } from '@star-graph/contract/whoMay';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Session } from '@star-graph/core/ground/db/models/session';
import { Task } from '@star-graph/core/ground/db/models/task';
import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { settleHold } from '@star-graph/core/testing/db/holds';
import { currentBuiltins } from '@star-graph/workflows';
import { keyScopes } from '@star-graph/workflows/shared/keyScopes';
import { beforeAll, describe, expect, test } from 'vitest';
import { createOpenApiDocument } from '../pages/createDocument.ts';
import {
  createSamples,
  type DescribedOperation,
  describedOperations,
} from '../testing/calls/contractRequests.ts';
import { actFor, newSnowflake } from '../testing/calls/discord.ts';
import { type Answer, type Call, codeOf } from '../testing/servers/apiServer.ts';
import { addServiceKey, serviceKeyFixture } from '../testing/servers/fixtures.ts';
import { shopFixture } from '../testing/servers/paymentServer.ts';
import { newPicture } from '../testing/servers/safetyServer.ts';
import { workFixture } from '../testing/servers/workServer.ts';

/**
 * One world, and one walk after the other over all operations. What a walk changes is of no account to the next: each
 * has people of its own, and those that send what is wrong come last.
 */
const { platform, api, generate } = workFixture({
  TRUSTED_PROXIES: '127.0.0.1',
  BODY_LIMIT_BYTES: '100000',
  SIGN_UP_GRANT: '100000',
  PAY_OUTSIDE_TEXT: 'in cash',
});
const { packageId } = shopFixture(api);
// Made first: the walks use up the sign-ins that may fail from one address.
const lastService = serviceKeyFixture(api);
const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
const samples = createSamples(document);
const described = describedOperations(document);
const named = (operations: readonly DescribedOperation[]) =>
  operations.map((operation) => [operation.id, operation] as const);

type Role = User['role'];

let addresses = 0;
/** Every sign-in comes from an address of its own, by which failed ones are counted. */
const fromElsewhere = () => ({ 'x-forwarded-for': `2001:db8:${(++addresses).toString(16)}::1` });

async function signUp(role: Role = 'user') {
  const headers = fromElsewhere();
  const username = `${role}-${newId().slice(-12)}`;
  const typed = { username, password: 'long enough for all' };
  const { user } = (await api.call('/api/v1/auth/register', { headers, body: typed })).body;
  const subject = newSnowflake();
  const { database } = platform.db;
  const identity = { provider: 'discord', subject, userId: user.id, createdAt: new Date() } as const;
  await Identity.query(database).insert(identity);
  await User.query(database).findById(user.id).patch({ role });
  const { accessToken: token } = (await api.call('/api/v1/auth/login', { headers, body: typed })).body;
  return { id: user.id as string, username, subject, token: token as string };
}

/** Sessions that end take their callers with them. */
const endsSessions = ({ method, path }: RouteSpec) => method === 'delete' && path === '/api/v1/auth/sessions';
const specs = Object.entries(routes as Record<string, RouteSpec>).toSorted(
  ([, a], [, b]) => Number(endsSessions(a)) - Number(endsSessions(b)),
);

const pathOf = (spec: RouteSpec) =>
  spec.path
    .replace('{workflow}', 'text2img')
    .replace('{discordGuildId}', '100000000000000000')
    .replaceAll(/\{(\w+)\}/g, () => newId());

const callAs = (spec: RouteSpec, call: Call): Promise<Answer> =>
  api.call(pathOf(spec), { ...call, method: spec.method.toUpperCase() });

describe('every operation is open to', () => {
  const roles = ['user', 'moderator', 'admin'] as const;
  /** Of each kind one, of a person of its own: the walk ends their sessions. Delegates by the role of their person. */
  let credentials: Record<Exclude<CallerKind, 'delegate'>, Call> & { delegates: Record<Role, Call> };

  /** As if the person had signed in eleven minutes ago. */
  async function forgetProof(userId: string): Promise<void> {
    const provenAt = new Date(Date.now() - 11 * 60_000);
    await Session.query(platform.db.database).where({ userId }).patch({ provenAt });
    await platform.redis.empty();
  }

  beforeAll(async () => {
    const { key } = await addServiceKey(api);
    const [user, moderator, admin] = [await signUp(), await signUp('moderator'), await signUp('admin')];
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
      user: { token: user.token },
      moderator: { token: moderator.token },
      administrator: { token: admin.token },
      'service key': { token: key },
      delegates: { user: delegate(user), moderator: delegate(moderator), admin: delegate(admin) },
    };
  });

  const isOpen = async (spec: RouteSpec, call: Call) =>
    ![401, 403].includes((await callAs(spec, call)).status);

  test.each(callerKinds.filter((kind) => kind !== 'delegate' && kind !== 'nobody'))(
    '%s as the contract says',
    async (kind) => {
      for (const [id, spec] of specs)
        expect([id, await isOpen(spec, credentials[kind])]).toEqual([id, whoMay(spec, kind) === 'yes']);
    },
  );

  test('nobody as the contract says, and is served', async () => {
    for (const [id, spec] of specs) {
      const answer = await callAs(spec, {});
      if (whoMay(spec, 'nobody') === 'no')
        expect([id, answer.status, codeOf(answer)]).toEqual([id, 401, 'unauthenticated']);
      // Stripe is not configured here, so it has nothing to tell.
      else expect([id, 200, 204, id === 'receiveStripeNotice' ? 404 : 422]).toContain(answer.status);
    }
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

describe('a key with', () => {
  const makeKey = async (scopes: readonly string[]): Promise<string> => {
    const { token } = await signUp('admin');
    return (await api.call('/api/v1/users/api-keys', { token, body: { name: 'k', scopes } })).body.key;
  };
  const isRefused = async (spec: RouteSpec, token: string) => {
    const { status, body } = await callAs(spec, { token });
    return status === 403 && /scope/.test(body?.detail ?? '');
  };
  /** No key with scopes does what its person has to be there for, or what a service key is for. */
  const isPersonal = (spec: RouteSpec) =>
    spec.auth === 'service' ||
    ((spec.needsPresence || spec.needsSession) && !keyScopeOf(spec).startsWith('admin:'));

  test.each(keyScopes)('the scope %s opens what the table says, and no other scope does', async (scope) => {
    const [key, others] = [await makeKey([scope]), await makeKey(keyScopes.filter((one) => one !== scope))];
    for (const [id, spec] of specs) {
      if (keyScopeOf(spec) !== scope || isPersonal(spec)) continue;
      expect([id, await isRefused(spec, key), await isRefused(spec, others)]).toEqual([id, false, true]);
    }
  });

  test('all scopes opens nothing that is closed, and nothing that is its person’s own', async () => {
    const [all, one] = [await makeKey(keyScopes), await makeKey(['account:read'])];
    for (const [id, spec] of specs) {
      const scope = keyScopeOf(spec);
      if (isPersonal(spec)) expect([id, (await callAs(spec, { token: all })).status]).toEqual([id, 403]);
      else if (scope === 'closed') expect([id, await isRefused(spec, all)]).toEqual([id, true]);
      else if (scope === 'open') expect([id, await isRefused(spec, one)]).toEqual([id, false]);
    }
  });
});

describe('an id of somebody else', () => {
  const unknown = '01900000-0000-7000-8000-000000000000';
  const unknownKey = 'zzzzzzzz';
  /** What one person has, by the folder of its operations. */
  let owned: Record<string, string>;
  let owner: string;
  let stranger: string;
  let before: unknown;

  beforeAll(async () => {
    const person = await signUp();
    owner = person.token;
    stranger = (await signUp()).token;
    const own = (path: string, call: Call = {}) => api.call(`/api/v1/${path}`, { token: owner, ...call });
    const asset = await upload(owner);
    const order = { packageId, packageVersion: 1, provider: 'outside', key: 'one' };
    const passkeys = newId();
    const { database } = platform.db;
    const row = { userId: person.id, createdAt: new Date() };
    await database('passkeys').insert({
      ...row,
      id: passkeys,
      credentialId: 'credential',
      publicKey: 'key',
      counter: 0,
      name: 'phone',
    });
    await database('api_keys').insert({
      ...row,
      id: 'aprogram',
      kind: 'program',
      name: 'A program',
      secretHash: 'a'.repeat(64),
      clientId: 'https://a.example/client.json',
      scopes: 'tasks:read',
      expiresAt: new Date('2120-01-01'),
    });
    const webhook = { url: 'https://93.184.215.14/hook' };
    const preset = { workflow: 'text2img', name: 'sea', draft: { values: {}, tuning: {} } };
    const collection = (await own('collections', { body: { name: 'foxes' } })).body.id;
    owned = {
      tasks: (await generate(owner, { prompt: 'a red fox' })).body.id,
      assets: asset,
      withheld: asset,
      collections: collection,
      'collection-links': (await own(`collections/${collection}/links`, { body: { role: 'see' } })).body.id,
      projects: (await own('projects', { body: { name: 'a poster' } })).body.id,
      presets: (await own('presets', { method: 'PUT', body: preset })).body.id,
      shares: (await own(`assets/${asset}/shares`, { body: {} })).body.id,
      passkeys,
      orders: (await own('orders', { body: order })).body.id,
      webhooks: (await own('users/webhooks', { body: webhook })).body.id,
      'api-keys': (await own('users/api-keys', { body: { name: 'script' } })).body.id,
      programs: 'aprogram',
      sessions: (await own('auth/sessions')).body.items[0].id,
    };
    before = await readOwn();
  });

  /** Everything that the owner would notice. Links are signed anew each hour, and a place in the queue comes when it is known. */
  const readOwn = async (): Promise<unknown> => {
    const lists = ['tasks', 'users/webhooks', 'users/api-keys', 'users/programs', 'auth/sessions'].concat([
      'users/balance',
      'favourites',
      'orders',
      'shares',
      'collections',
      `collections/${owned.collections}/links`,
      'projects',
      'presets',
    ]);
    const answers: unknown[] = [];
    for (const path of [...lists, `assets/${owned.assets}`])
      answers.push((await api.call(`/api/v1/${path}`, { token: owner })).body);
    return JSON.parse(
      JSON.stringify(answers, (name, value) =>
        name === 'progress' ? undefined : /^https?:.*[?&]/.test(value) ? 'link' : value,
      ),
    );
  };

  const operations = described.filter(
    // What is published is for everybody.
    ({ auth, path }) => auth === 'user' && path.includes('{id}') && !path.startsWith('/api/v1/explore'),
  );
  const folderOf = (path: string): string => path.split('/{id}')[0]?.split('/').at(-1) ?? '';

  test.each(named(operations))(
    '%s tells a stranger the same of a foreign id as of an unknown one',
    async (_id, operation) => {
      const folder = folderOf(operation.path);
      const foreign = owned[folder];
      if (foreign === undefined) throw new Error(`this test does not know what a person has in ${folder}`);
      const askAs = async (id: string) => {
        const body = operation.body ? { body: samples.sampleOf(operation.body) } : {};
        const call = { token: stranger, method: operation.method, ...body };
        const { status, body: answer } = await api.call(samples.pathOf(operation, { id }), call);
        const { instance: _, traceId: __, ...told } = answer ?? {};
        return { status, told };
      };
      const answer = await askAs(foreign);
      // 422: the proof that the operation asks for is looked at first.
      expect([404, 422]).toContain(answer.status);
      expect(answer).toEqual(await askAs(foreign.length === 8 ? unknownKey : unknown));
    },
  );

  test('in any operation changes nothing that its owner would notice', async () => {
    expect(await readOwn()).toEqual(before);
  });
});

async function upload(token: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(await newPicture())], { type: 'image/png' }), 'a.png');
  return (await api.call('/api/v1/assets', { token, body })).body.id;
}

test('no operation gives a withheld picture, its thumbnail or a link', async () => {
  const [ann, moderator, admin] = [await signUp(), await signUp('moderator'), await signUp('admin')];
  const { database } = platform.db;
  const task = await createQueuedTask(database, ann.id);
  const price = { taskId: task.id, userId: ann.id, amount: task.cost };
  await inTransaction(database, (trx) => settleHold({ clock: systemClock }, trx, price, { kind: 'capture' }));
  await Task.query(database).findById(task.id).patch({ status: 'succeeded', finishedAt: new Date() });
  const assetId = await upload(ann.token);
  const asset = await Asset.query(database).patchAndFetchById(assetId, {
    kind: 'output',
    taskId: task.id,
  });
  await api.call(`/api/v1/assets/${assetId}/favourite`, { token: ann.token, method: 'PUT' });
  const keys = [asset.storageKey, asset.thumbnailKey ?? '-'];

  /** As its owner or as an administrator, with each id in each place. */
  async function isGiving(spec: RouteSpec): Promise<boolean> {
    const token = spec.auth === 'admin' || spec.auth === 'moderator' ? admin.token : ann.token;
    const method = spec.method.toUpperCase();
    const ids = spec.path.includes('{id}') ? [assetId, task.id] : [''];
    let text = '';
    for (const id of ids) {
      const path = spec.path
        .replace('{id}', id)
        .replace('{workflow}', 'text2img')
        .replace(/\{\w+\}/g, '1');
      const answer = await api.call(path, { token, method, ...(method === 'GET' ? {} : { body: {} }) });
      text += JSON.stringify(answer.body ?? '');
    }
    return keys.some((key) => text.includes(key));
  }
  async function listGiving(operations: typeof specs): Promise<string[]> {
    const giving: string[] = [];
    for (const [id, spec] of operations) if (await isGiving(spec)) giving.push(id);
    return giving;
  }

  // The same calls find it as long as it is not withheld.
  const readers = [
    'getAsset',
    'getAssetUrl',
    'keepFavourite',
    'listFavourites',
    'getTask',
    'listTasks',
  ].concat(['adminListTasks', 'adminGetTask']);
  const reading = specs.filter(([id]) => readers.includes(id));
  expect((await listGiving(reading)).toSorted()).toEqual(readers.toSorted());
  const withheld = await api.call(`/api/admin/assets/${assetId}/quarantine`, {
    token: moderator.token,
    body: { reason: 'other' },
  });
  expect(withheld.status).toBe(200);
  // The others answer with their own pictures, or end what the rest needs.
  const walked = specs.filter(
    ([, { method, path }]) =>
      method !== 'delete' && !/\/(logout|quarantine|events)\b|\/preview$|\/view$/.test(path),
  );
  expect(await listGiving(walked)).toEqual([]);
});

describe('called wrongly,', () => {
  let tokens: { person: string; admin: string; service: string };
  beforeAll(async () => {
    const { key: service } = lastService;
    tokens = { person: (await signUp()).token, admin: (await signUp('admin')).token, service };
  });
  const rightOf = ({ auth }: DescribedOperation): string | undefined =>
    ({
      none: undefined,
      optional: undefined,
      user: tokens.person,
      moderator: tokens.admin,
      admin: tokens.admin,
      service: tokens.service,
    })[auth];

  /** No session ends here: operations that end sessions are called without a credential, or with a wrong request. */
  function* wrongCalls(operation: DescribedOperation): Generator<[what: string, path: string, call: Call]> {
    const path = samples.pathOf(operation);
    const right = rightOf(operation);
    const token = right === undefined ? {} : { token: right };
    const isWritten = operation.method !== 'GET' && operation.method !== 'DELETE';
    yield ['nobody', path, {}];
    yield ['a token that is none', path, { token: 'x' }];
    if (operation.auth !== 'user' && operation.auth !== 'none')
      yield ['a person', path, { token: tokens.person }];
    if (operation.auth !== 'service') yield ['a service key for nobody', path, { token: tokens.service }];
    yield ['an unknown query', `${path}?unknown=1`, token];
    for (const { name, in: place } of operation.parameters)
      if (place !== 'header') yield [`no ${name}`, samples.pathOf(operation, { [name]: '-' }), token];
    if (!isWritten) return;
    yield ['broken JSON', path, { ...token, body: '{' }];
    // How a body is read is the same everywhere: each operation gets another one that is no object.
    for (const body of [[null, 5, []][addresses % 3], {}, { unknown: 1 }])
      yield [JSON.stringify(body), path, { ...token, body: JSON.stringify(body) }];
    yield ['no JSON', path, { ...token, body: 'x', headers: { 'content-type': 'text/plain' } }];
    yield ['too much', path, { ...token, body: JSON.stringify({ unknown: 'x'.repeat(200_000) }) }];
    if (operation.body) yield ['what fits', path, { ...token, body: samples.sampleOf(operation.body) }];
  }

  /** Both operations of a workflow read the same parameters: one of them stands for both. */
  const walked = described.filter(({ path }) => {
    const [, name, isQuote] = /\/generate\/([\w-]+)(\/quote)?$/.exec(path) ?? [];
    return name === undefined || (name.length % 2 === 0) === (isQuote === undefined);
  });

  const send = ({ method }: DescribedOperation, path: string, call: Call): Promise<Answer> =>
    api.call(path, { ...call, method, headers: { ...call.headers, ...fromElsewhere() } });

  test.each(named(walked))(
    '%s answers what the document says, and says of whatever is wrong what to do',
    async (_id, operation) => {
      const undocumented: string[] = [];
      for (const [what, path, call] of wrongCalls(operation)) {
        const { status, body } = await send(operation, path, call);
        if (!operation.statuses.includes(String(status))) undocumented.push(`${what}: ${status}`);
        for (const { message } of body?.errors ?? []) {
          expect(message).toMatch(/^[A-Z].*\.$/);
          expect(message).not.toMatch(
            /Invalid (input|option|string)|received|expected (string|object)|Too (big|small)/,
          );
        }
      }
      expect(undocumented).toEqual([]);
    },
  );

  test('the sign-in of a disabled account answers what the document says', async () => {
    const { id, username } = await signUp();
    await User.query(platform.db.database).findById(id).patch({ disabledAt: new Date() });
    const body = { username, password: 'long enough for all' };
    const answer = await api.call('/api/v1/auth/login', { headers: fromElsewhere(), body });
    const login = described.find((operation) => operation.id === 'login');
    expect([answer.status, login?.statuses.includes('403')]).toEqual([403, true]);
  });
});
