import { newId } from '@star-graph/core/ground/runtime/ids';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { currentBuiltins } from '@star-graph/workflows';
import { beforeAll, expect, test } from 'vitest';
import { createOpenApiDocument } from '../openapi/createDocument.ts';
import { createSamples, describedOperations } from '../testing/calls/contractRequests.ts';
import type { Call } from '../testing/servers/apiServer.ts';
import { shopFixture } from '../testing/servers/paymentServer.ts';
import { workFixture } from '../testing/servers/workServer.ts';

const { platform, api, generate } = workFixture({ SIGN_UP_GRANT: '1000', PAY_OUTSIDE_TEXT: 'in cash' });
const { packageId } = shopFixture(api);
const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});
const unknown = '01900000-0000-7000-8000-000000000000';
const unknownKey = 'zzzzzzzz';

/** What one person has, by the folder of its operations. */
let owned: Record<string, string>;
let owner: string;
let stranger: string;

beforeAll(async () => {
  const person = await api.signUp();
  owner = person.accessToken;
  stranger = (await api.signUp()).accessToken;
  const own = (path: string, call: Call = {}) => api.call(`/api/v1/${path}`, { token: owner, ...call });
  const form = new FormData();
  const bytes = await createTwoColours(64, 64).png().toBuffer();
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const asset = (await own('assets', { body: form })).body.id;
  const order = { packageId, packageVersion: 1, provider: 'outside', key: 'one' };
  const passkeys = newId();
  await platform.db.database('passkeys').insert({
    id: passkeys,
    userId: person.user.id,
    credentialId: 'credential',
    publicKey: 'key',
    counter: 0,
    name: 'phone',
    createdAt: new Date(),
  });
  await platform.db.database('api_keys').insert({
    id: 'aprogram',
    userId: person.user.id,
    kind: 'program',
    name: 'A program',
    secretHash: 'a'.repeat(64),
    clientId: 'https://a.example/client.json',
    scopes: 'tasks:read',
    createdAt: new Date(),
    expiresAt: new Date('2120-01-01'),
  });
  const webhook = { url: 'https://93.184.215.14/hook' };
  const preset = { workflow: 'text2img', name: 'sea', draft: { values: {}, tuning: {} } };
  owned = {
    tasks: (await generate(owner, { prompt: 'a red fox' })).body.id,
    assets: asset,
    withheld: asset,
    collections: (await own('collections', { body: { name: 'foxes' } })).body.id,
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
});

/** Everything that the owner would notice. */
const readOwn = async (): Promise<unknown[]> => {
  const paths = [
    'tasks',
    'users/webhooks',
    'users/api-keys',
    'users/programs',
    'auth/sessions',
    'users/balance',
    'favourites',
    'orders',
    'shares',
    'collections',
    'projects',
    'presets',
  ];
  const answers = [];
  for (const path of [...paths, `assets/${owned.assets}`])
    answers.push((await api.call(`/api/v1/${path}`, { token: owner })).body);
  return answers;
};

const operations = describedOperations(document).filter(
  // What is published is for everybody.
  ({ auth, path }) => auth === 'user' && path.includes('{id}') && !path.startsWith('/api/v1/explore'),
);
const folderOf = (path: string): string => path.split('/{id}')[0]?.split('/').at(-1) ?? '';

test.each(operations.map((operation) => [operation.id, operation] as const))(
  '%s tells a stranger the same of a foreign id as of an unknown one',
  async (_id, operation) => {
    const folder = folderOf(operation.path);
    const foreign = owned[folder];
    if (foreign === undefined) throw new Error(`this test does not know what a person has in ${folder}`);
    const samples = createSamples(document);
    const askAs = async (id: string) => {
      const body = operation.body ? { body: samples.sampleOf(operation.body) } : {};
      const path = samples.pathOf(operation, { id });
      const answer = await api.call(path, { token: stranger, method: operation.method, ...body });
      const { instance: _, traceId: __, ...told } = answer.body ?? {};
      return { status: answer.status, told };
    };
    const before = await readOwn();
    const answer = await askAs(foreign);
    // 422: the proof that the operation asks for is looked at first.
    expect([404, 422]).toContain(answer.status);
    expect(answer).toEqual(await askAs(foreign.length === 8 ? unknownKey : unknown));
    expect(await readOwn()).toEqual(before);
  },
);
