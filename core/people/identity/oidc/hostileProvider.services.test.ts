import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OidcProvider } from '../../../ground/config/oidcEnv.ts';
import { createSecret } from '../../../ground/encryption/secrets.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  type HostileProvider,
  type Hostility,
  startHostileProvider,
} from '../../../testing/services/hostileProvider.ts';
import { createOidcClient, ProviderFault } from './oidcClient.ts';

let hostile: HostileProvider;
/** A service inside the network: nobody may ask it. */
let inside: Server;
let insidePort: number;
let insideAsked = 0;

beforeAll(async () => {
  hostile = await startHostileProvider('star-graph');
  inside = createServer((_request, response) => {
    insideAsked += 1;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(inside, 'listening');
  insidePort = (inside.address() as AddressInfo).port;
});
afterAll(async () => {
  await hostile[Symbol.asyncDispose]();
  inside.closeAllConnections();
  inside.close();
});
beforeEach(() => {
  insideAsked = 0;
  hostile.asked.length = 0;
});

const secret = createSecret();

function createClient(
  settings: Partial<OidcProvider> = {},
  bounds = { timeoutMs: 4_000, answerBytes: 100_000 },
) {
  const provider: OidcProvider = {
    name: 'hostile',
    title: 'Hostile',
    issuer: hostile.issuer,
    clientId: 'star-graph',
    clientSecret: 'of the client',
    clientAuthentication: 'basic',
    scopes: ['openid'],
    registration: 'everybody',
    origins: [],
    ...settings,
  };
  return createOidcClient({ clock: systemClock }, provider, {
    publicUrl: 'https://platform.example',
    bounds,
  });
}

/** A sign-in from its start to its end, against a provider that is hostile all the time. */
async function signIn(hostility: Hostility, client = createClient()) {
  hostile.become(hostility);
  const begun = await client.begin(secret);
  const query = new URLSearchParams({ state: begun.searchParams.get('state') ?? '' });
  query.set('code', begun.searchParams.get('nonce') ?? '');
  return client.finish(secret, query.toString());
}

/** Why it was refused; the reason is ours or the library's, and quotes nothing. */
async function refusalOf(hostility: Hostility, client = createClient()): Promise<string> {
  const refusal = await signIn(hostility, client).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ProviderFault);
  return (refusal as ProviderFault).message;
}

test('an honest provider is believed', async () => {
  const claims = { name: '  Ann\u0007a ' };
  expect(
    await signIn({ claims, userinfo: { roles: { of: ['a', 1] } } }, createClient({ groupClaim: 'roles.of' })),
  ).toEqual({
    issuer: hostile.issuer,
    subject: 'somebody',
    displayName: 'Anna',
    groups: ['a'],
  });
});

test.each([
  ['another audience', { claims: { aud: 'another' } }],
  ['a shared audience for another', { claims: { aud: ['star-graph', 'another'], azp: 'another' } }],
  ['another issuer', { claims: { iss: 'https://issuer.example' } }],
  ['another nonce', { claims: { nonce: 'another' } }],
  ['no nonce', { claims: { nonce: undefined } }],
  ['an end in the past', { claims: { exp: 1_000 } }],
  ['a key that is not published', { hasForeignKey: true }],
  ['no signature', { isUnsigned: true }],
  [
    'no signature, as it announces',
    { isUnsigned: true, document: { id_token_signing_alg_values_supported: ['none'] } },
  ],
  ['a subject with a space at its end', { claims: { sub: 'somebody ' }, userinfo: { sub: 'somebody ' } }],
  ['another person in its user info', { userinfo: { sub: 'another' } }],
] as const)('an ID token is refused for %s', async (_case, hostility) => {
  await refusalOf(hostility);
});

test('a document of another issuer is refused', async () => {
  await refusalOf({ document: { issuer: 'https://issuer.example' } });
  expect(hostile.asked).toEqual(['/.well-known/openid-configuration']);
});

test('a sign-in of another browser is refused before the provider is asked', async () => {
  const client = createClient();
  hostile.become({});
  await client.begin(secret);
  const query = new URLSearchParams({ state: 'another', code: 'x' }).toString();
  expect(client.isReturnOf(secret, query)).toBe(false);
  await expect(client.finish(secret, query)).rejects.toBeInstanceOf(ProviderFault);
  expect(hostile.asked).toEqual(['/.well-known/openid-configuration']);
});

const insideUrls = () => [
  `http://127.0.0.1:${insidePort}/`,
  `http://localhost:${insidePort}/`,
  `http://2130706433:${insidePort}/`,
  `http://0177.0.0.1:${insidePort}/`,
  `http://0x7f.1:${insidePort}/`,
  `http://[::ffff:127.0.0.1]:${insidePort}/`,
  `http://0.0.0.0:${insidePort}/`,
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/',
  'http://10.0.0.1/',
];

test.each(['jwks_uri', 'token_endpoint', 'userinfo_endpoint'])(
  'a provider leads to no address inside the network: %s',
  async (endpoint) => {
    for (const url of insideUrls())
      expect([url, await refusalOf({ document: { [endpoint]: url } })]).toEqual([
        url,
        expect.stringContaining('not on the public internet'),
      ]);
    expect(insideAsked).toBe(0);
  },
);

test('an address that the operator names is asked', async () => {
  const origins = [`http://127.0.0.1:${insidePort}`];
  await refusalOf({ document: { jwks_uri: insideUrls()[0] } }, createClient({ origins }));
  expect(insideAsked).toBe(1);
});

const paths = ['/.well-known/openid-configuration', '/token', '/jwks', '/userinfo'];

test.each(paths)('a redirect is not followed: %s', async (path) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const by = (_: unknown, response: ServerResponse) =>
      void response.writeHead(status, { location: `http://127.0.0.1:${insidePort}/` }).end('{}');
    await refusalOf({ answer: { path, by } });
  }
  expect(insideAsked).toBe(0);
});

test.each(paths)('an answer without an end is cut off: %s', async (path) => {
  let sent = 0;
  const by = (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(10_000))) sent += 10_000;
    };
    response.on('drain', more);
    more();
  };
  expect(await refusalOf({ answer: { path, by } })).toMatch(/MAX_SIZE|EXCEEDED/);
  expect(sent).toBeLessThan(20_000_000);
});

test.each([
  ['nothing', () => undefined],
  ['headers alone', (response: ServerResponse) => void response.writeHead(200).flushHeaders()],
  [
    'a letter at a time',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('a provider that sends %s is given up', async (_case, send) => {
  for (const path of paths) {
    const by = (_: unknown, response: ServerResponse) => send(response);
    const client = createClient({}, { timeoutMs: 200, answerBytes: 100_000 });
    expect(await refusalOf({ answer: { path, by } }, client)).toMatch(/time|abort/i);
  }
});

test.each(['javascript:alert(1)', 'file:///etc/passwd', 'no address', `data:text/html,x`])(
  'a browser is sent to no %s',
  async (address) => {
    hostile.become({ document: { authorization_endpoint: address } });
    const refusal = await createClient()
      .begin(secret)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProviderFault);
  },
);

test.each([
  ['no JSON', 'application/json', '<html>'],
  ['another type', 'text/html', '{}'],
  ['a list', 'application/json', '[]'],
  ['deep nesting', 'application/json', '['.repeat(50_000)],
  ['nothing', 'application/json', ''],
])('an answer of %s is refused', async (_case, type, body) => {
  for (const path of paths) {
    const by = (_: unknown, response: ServerResponse) =>
      void response.writeHead(200, { 'content-type': type }).end(body);
    await refusalOf({ answer: { path, by } });
  }
});
