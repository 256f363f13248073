import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from '@star-graph/core/testing/services/answering';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export interface TestPerson {
  sub: string;
  name?: string;
  email?: string;
  groups?: string[];
}

/** A real provider of OpenID Connect on loopback, without pages: whoever comes is signed in as `setPerson` says. */
export interface TestProvider extends AsyncDisposable {
  issuer: string;
  /** For `OIDC_PROVIDERS`. */
  config: { name: string; title: string; issuer: string; clientId: string; clientSecret: string };
  /** Who is at the keyboard; null says no. */
  setPerson(person: TestPerson | null): void;
  /** Every key is another one from now on. */
  changeKeys(): Promise<void>;
}

/** @param apiUrls the platforms that may be returned to, as people reach them. */
export async function startOidcProvider(apiUrls: () => string[]): Promise<TestProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { clientId: 'star-graph', clientSecret: `secret-${randomUUID()}` };
  const people = new Map<string, TestPerson>();
  let provider: Provider;
  let present: TestPerson | null = null;
  const shared: TestProvider = {
    issuer,
    config: { name: 'test', title: 'Test provider', issuer, ...client },
    setPerson(person) {
      present = person;
    },
    async changeKeys() {
      provider = await createProvider(issuer, client, apiUrls(), people);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (!provider) await shared.changeKeys();
    if (request.url?.startsWith('/interaction/'))
      return interact(provider, present, people, request, response);
    provider.callback()(request, response);
  };
  server.on('request', answering(serve));
  return shared;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

async function interact(
  provider: Provider,
  person: TestPerson | null,
  people: Map<string, TestPerson>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (person) people.set(person.sub, person);
  const result = person ? { login: { accountId: person.sub, remember: false } } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result);
}

async function createProvider(
  issuer: string,
  client: { clientId: string; clientSecret: string },
  apiUrls: readonly string[],
  people: ReadonlyMap<string, TestPerson>,
): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: randomUUID() };
  return new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: apiUrls.map((url) => `${url}/sign-in/test/callback`),
      },
    ],
    jwks: { keys: [key] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    scopes: ['openid', 'profile', 'groups', 'email'],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    async findAccount(_ctx, sub) {
      const person = people.get(sub);
      return person && { accountId: sub, claims: async () => ({ ...person, email_verified: true }) };
    },
    async loadExistingGrant(ctx) {
      const { client: known, session } = ctx.oidc;
      if (!known || session?.accountId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ clientId: known.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile groups email');
      await grant.save();
      return grant;
    },
  });
}
