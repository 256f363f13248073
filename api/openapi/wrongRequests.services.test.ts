import { currentBuiltins } from '@star-graph/workflows';
import { newestObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createSamples,
  type DescribedOperation,
  describedOperations,
} from '../testing/calls/contractRequests.ts';
import { type Answer, addBackend, type Call } from '../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../testing/servers/fixtures.ts';
import { createOpenApiDocument } from './createDocument.ts';

const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
const samples = createSamples(document);

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform, {
  TRUSTED_PROXIES: '127.0.0.1',
  BODY_LIMIT_BYTES: '100000',
  SIGN_UP_GRANT: '100000',
});
let tokens: { person: string; admin: string; service: string };
let disabled: { username: string; password: string };
beforeAll(async () => {
  const person = (await api.signUp()).accessToken;
  const admin = await api.signInAsAdmin();
  const service = (await addServiceKey(api)).key;
  tokens = { person, admin, service };
  disabled = { username: 'disabled', password: 'ten letters' };
  const { user } = (await api.call('/api/v1/auth/register', { body: disabled })).body;
  await api.call(`/api/admin/users/${user.id}`, { method: 'PATCH', token: admin, body: { disabled: true } });
});

/** No session ends here: operations that end sessions are called without a credential, or with a wrong request. */
function* wrongCalls(operation: DescribedOperation): Generator<[what: string, path: string, call: Call]> {
  const path = samples.pathOf(operation);
  const { person, admin, service } = tokens;
  const people = { user: person, moderator: admin, admin };
  const right = { none: undefined, optional: undefined, ...people, service }[operation.auth];
  const token = right === undefined ? {} : { token: right };
  const isWritten = operation.method !== 'GET' && operation.method !== 'DELETE';
  yield ['nobody', path, {}];
  yield ['a token that is none', path, { token: 'x' }];
  if (operation.auth !== 'user' && operation.auth !== 'none') yield ['a person', path, { token: person }];
  if (operation.auth !== 'service') yield ['a service key for nobody', path, { token: service }];
  yield ['an unknown query', `${path}?unknown=1`, token];
  for (const { name, in: place } of operation.parameters)
    if (place !== 'header') yield [`no ${name}`, samples.pathOf(operation, { [name]: '-' }), token];
  if (!isWritten) return;
  yield ['broken JSON', path, { ...token, body: '{' }];
  for (const body of [null, 5, [], {}, { unknown: 1 }])
    yield [JSON.stringify(body), path, { ...token, body: JSON.stringify(body) }];
  yield ['no JSON', path, { ...token, body: 'x', headers: { 'content-type': 'text/plain' } }];
  yield ['too much', path, { ...token, body: JSON.stringify({ unknown: 'x'.repeat(200_000) }) }];
  if (operation.body) yield ['what fits', path, { ...token, body: samples.sampleOf(operation.body) }];
}

let callers = 0;
/** Every request comes from an address of its own: failed sign-ins are counted by them. */
const send = ({ method }: DescribedOperation, path: string, call: Call): Promise<Answer> => {
  const headers = { ...call.headers, 'x-forwarded-for': `2001:db8:${(++callers).toString(16)}::1` };
  return api.call(path, { ...call, method, headers });
};

async function callWrongly(operation: DescribedOperation): Promise<(Answer & { what: string })[]> {
  const answers: (Answer & { what: string })[] = [];
  for (const [what, path, call] of wrongCalls(operation))
    answers.push({ what, ...(await send(operation, path, call)) });
  return answers;
}

const called = new Map<string, ReturnType<typeof callWrongly>>();
/** Each operation is called once for all that is asked of its answers. */
function answersOf(operation: DescribedOperation): ReturnType<typeof callWrongly> {
  const answers = called.get(operation.id) ?? callWrongly(operation);
  called.set(operation.id, answers);
  return answers;
}

const operations = describedOperations(document).map((operation) => [operation.id, operation] as const);

test.each(operations)(
  '%s called wrongly answers nothing that the document leaves out',
  async (_id, operation) => {
    const undocumented: string[] = [];
    for (const { what, status } of await answersOf(operation)) {
      if (!operation.statuses.includes(String(status))) undocumented.push(`${what}: ${status}`);
    }
    expect(undocumented).toEqual([]);
  },
);

test.each(operations)('%s says of whatever is wrong what to do', async (_id, operation) => {
  for (const { body } of await answersOf(operation)) {
    for (const { message } of body?.errors ?? []) {
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(message).not.toMatch(
        /Invalid (input|option|string)|received|expected (string|object)|Too (big|small)/,
      );
    }
  }
});

test('the sign-in of a disabled account is documented', async () => {
  const answer = await api.call('/api/v1/auth/login', { body: disabled });
  const login = operations.find(([id]) => id === 'login')?.[1];
  expect([answer.status, login?.statuses.includes('403')]).toEqual([403, true]);
});

/** After all others: what these requests change and whose sessions they end is of no account here. */
describe('with letters of Latin-1 and beyond it', () => {
  const text = 'é💥';
  let filled: ReturnType<typeof createSamples>;
  beforeAll(async () => {
    await addBackend(platform, newestObjectInfo);
    const { user } = await api.signUp();
    filled = createSamples(document, { to: user.username, id: user.id });
  });

  function* requestsWith(operation: DescribedOperation): Generator<[at: string, path: string, call: Call]> {
    const body = operation.body ? { body: filled.sampleOf(operation.body) } : {};
    for (const { name, in: place, schema } of operation.parameters) {
      // Headers hold Latin-1 alone.
      if (place === 'header') yield [name, filled.pathOf(operation), { ...body, headers: { [name]: 'é' } }];
      if (place === 'header' || schema.type === 'integer' || schema.type === 'number') continue;
      yield [name, filled.pathOf(operation, { [name]: text }), body];
    }
    for (const { at, value } of operation.body ? filled.withText(operation.body, text) : [])
      yield [at, filled.pathOf(operation), { body: value }];
  }

  test.each(operations)(
    '%s finds no server fault in text of any script, anywhere',
    async (_id, operation) => {
      const { person, admin, service } = tokens;
      const token = { none: undefined, optional: undefined, user: person, moderator: admin, admin, service }[
        operation.auth
      ];
      const faults: string[] = [];
      for (const [at, path, call] of requestsWith(operation)) {
        const { status, body } = await send(operation, path, { ...call, ...(token && { token }) });
        if (status >= 500) faults.push(`${at}: ${status} ${body?.detail}`);
      }
      expect(faults).toEqual([]);
    },
  );
});
