import { currentBuiltins } from '@star-graph/workflows';
import { newestObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, expect, test } from 'vitest';
import { createOpenApiDocument } from '../openapi/createDocument.ts';
import {
  createSamples,
  type DescribedOperation,
  describedOperations,
} from '../testing/calls/contractRequests.ts';
import { addBackend, type Call } from '../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
/** Letters of Latin-1 and beyond it. */
const text = 'é💥';

const platform = platformFixture();
const api = apiFixture(platform, { TRUSTED_PROXIES: '127.0.0.1', SIGN_UP_GRANT: '100000' });
let tokens: Record<DescribedOperation['auth'], string | undefined>;
let samples: ReturnType<typeof createSamples>;
beforeAll(async () => {
  await addBackend(platform, newestObjectInfo);
  const [person, other] = [await api.signUp(), await api.signUp()];
  const admin = await api.signInAsAdmin();
  const service = (await addServiceKey(api)).key;
  const people = { user: person.accessToken, moderator: admin, admin };
  tokens = { none: undefined, optional: undefined, ...people, service };
  samples = createSamples(document, { to: other.user.username, id: other.user.id });
});

let callers = 0;
/** Every request comes from an address of its own: failed sign-ins are counted by them. */
const send = (operation: DescribedOperation, path: string, call: Call) =>
  api.call(path, {
    ...call,
    method: operation.method,
    ...(tokens[operation.auth] === undefined ? {} : { token: tokens[operation.auth] ?? '' }),
    headers: { ...call.headers, 'x-forwarded-for': `2001:db8:${(++callers).toString(16)}::1` },
  });

function* requestsWith(operation: DescribedOperation): Generator<[string, string, Call]> {
  const body = operation.body ? { body: samples.sampleOf(operation.body) } : {};
  for (const { name, in: place, schema } of operation.parameters) {
    // Headers hold Latin-1 alone.
    if (place === 'header') yield [name, samples.pathOf(operation), { ...body, headers: { [name]: 'é' } }];
    if (place === 'header' || schema.type === 'integer' || schema.type === 'number') continue;
    yield [name, samples.pathOf(operation, { [name]: text }), body];
  }
  for (const { at, value } of operation.body ? samples.withText(operation.body, text) : [])
    yield [at, samples.pathOf(operation), { body: value }];
}

test.each(describedOperations(document).map((operation) => [operation.id, operation] as const))(
  '%s finds no server fault in text of any script, anywhere',
  async (_id, operation) => {
    const faults: string[] = [];
    for (const [at, path, call] of requestsWith(operation)) {
      const { status, body } = await send(operation, path, call);
      if (status >= 500) faults.push(`${at}: ${status} ${body?.detail}`);
    }
    expect(faults).toEqual([]);
  },
);
