import type { SignInView } from '@star-graph/contract/auth/signIn';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect } from 'vitest';
import { codeIn, createBrowser, type Opened, type TestBrowser } from '../calls/browser.ts';
import { type Answer, startTestApi, type TestApi, type TestPlatform } from './apiServer.ts';
import { fixture } from './fixtures.ts';
import { startOidcProvider, type TestPerson, type TestProvider } from './oidcProvider.ts';

export const returnUrl = 'https://pictures.example/signed-in';
const groups = { groupClaim: 'groups', scopes: ['openid', 'profile', 'groups', 'email'] };

export const hostOf = (url: string): string => new URL(url).host;

interface SignInBench {
  provider: TestProvider;
  /** The environment of a process that people sign in to by the provider. */
  configure(settings?: object): Promise<Record<string, string>>;
  startWith(settings?: object, env?: Record<string, string>): Promise<TestApi>;
  /** A browser that asks the platform and the provider, and nobody else. */
  browse(api: { url: string }): TestBrowser;
  /** The person signs in, in a browser of their own. */
  come(api: TestApi, person: TestPerson | null, query?: string): Promise<Opened>;
  /** The same, to the session of a program. */
  signInAs(api: TestApi, person: TestPerson): Promise<SignInView>;
}

export const redeem = (api: TestApi, code: string, token?: string): Promise<Answer> =>
  api.call('/api/v1/auth/link', { body: { code }, ...(token === undefined ? {} : { token }) });

/** A provider, and platforms that people sign in to by it. */
export function signInFixture(platform: TestPlatform): SignInBench {
  const urls: string[] = [];
  const provider = fixture(() => startOidcProvider(() => urls));
  async function configure(settings: object = {}): Promise<Record<string, string>> {
    const port = String(await findFreePort());
    urls.push(`http://127.0.0.1:${port}`);
    await provider.changeKeys();
    const configured = { ...provider.config, registration: 'everybody', ...groups, ...settings };
    return { API_PORT: port, OIDC_PROVIDERS: JSON.stringify([configured]), SIGN_IN_RETURN_URLS: returnUrl };
  }
  const browse: SignInBench['browse'] = (api) =>
    createBrowser(() => [hostOf(api.url), hostOf(provider.issuer)]);
  const come: SignInBench['come'] = (api, person, query = '') => {
    provider.setPerson(person);
    return browse(api).open(`${api.url}/sign-in/test${query}`);
  };
  return {
    provider,
    configure,
    startWith: async (settings, env) => startTestApi(platform, { ...(await configure(settings)), ...env }),
    browse,
    come,
    async signInAs(api, person) {
      const { status, text } = await come(api, person);
      expect([status, text]).toEqual([200, expect.any(String)]);
      const answer = await redeem(api, codeIn(text));
      expect(answer.status).toBe(200);
      return answer.body;
    },
  };
}
