import { eventually } from '@star-graph/core/testing/eventually';
import { currentBuiltins } from '@star-graph/workflows';
import { newestObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, expect, test } from 'vitest';
import { createOpenApiDocument } from '../pages/createDocument.ts';
import {
  createSamples,
  type DescribedOperation,
  describedOperations,
} from '../testing/calls/contractRequests.ts';
import { addBackend, type Call } from '../testing/servers/apiServer.ts';
import { serviceKeyFixture } from '../testing/servers/fixtures.ts';
import { workFixture } from '../testing/servers/workServer.ts';

const { platform, api } = workFixture({ TRUSTED_PROXIES: '127.0.0.1', SIGN_UP_GRANT: '100000' });
const service = serviceKeyFixture(api);
const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
const text = 'é💥';
let filled: ReturnType<typeof createSamples>;
let tokens: Record<DescribedOperation['auth'], string | undefined>;

beforeAll(async () => {
  await addBackend(platform, newestObjectInfo);
  const { accessToken: user, user: addressee } = await api.signUp();
  const admin = await api.signInAsAdmin();
  tokens = { none: undefined, optional: undefined, user, moderator: admin, admin, service: service.key };
  filled = createSamples(document, { to: addressee.username, id: addressee.id });
  // The catalogue looks for servers now and then; until it has seen this one, requests find none.
  await eventually(async () => {
    const { body } = await api.call('/api/v1/workflows', { token: user });
    expect(body.items).toContainEqual(expect.objectContaining({ name: 'expand-prompt', available: true }));
  });
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

/** What these requests change and whose sessions they end is of no account to the next. */
test.each(describedOperations(document).map((operation) => [operation.id, operation] as const))(
  '%s finds no server fault in text of any script, anywhere',
  async (_id, operation) => {
    const token = tokens[operation.auth];
    const faults: string[] = [];
    let requests = 0;
    for (const [at, path, call] of requestsWith(operation)) {
      // Limits of one address are not what is tested.
      const headers = { ...call.headers, 'x-forwarded-for': `2001:db8:${(++requests).toString(16)}::1` };
      const { method } = operation;
      const { status, body } = await api.call(path, { ...call, method, headers, ...(token && { token }) });
      if (status >= 500) faults.push(`${at}: ${status} ${body?.detail}`);
    }
    expect(faults).toEqual([]);
  },
);
