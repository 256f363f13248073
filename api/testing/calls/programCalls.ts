import { createHash } from 'node:crypto';
import { type ProgramSite, redirectUri } from '../../doors/testing/program.ts';
import type { TestApi } from '../servers/apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';

const verifier = 'v'.repeat(43);

/** How a program asks a person, is let in, comes again, and leaves. */
export function createProgramCalls(api: TestApi, token: string, site: ProgramSite): EveryOperation['calls'] {
  const described = `${site.url}/client.json`;
  const readResource = async () =>
    (await (await fetch(`${api.url}/.well-known/oauth-protected-resource`)).json()) as { resource: string };
  const queryOf = async (client_id = described) =>
    new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri: redirectUri,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      ...(await readResource()),
    }).toString();
  const post = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: described, ...form });
    const answer = await fetch(`${api.url}${path}`, { method: 'POST', body });
    return (await answer.json()) as { refresh_token: string };
  };
  async function register(): Promise<string> {
    const body = JSON.stringify({ client_name: 'Registered', redirect_uris: [redirectUri] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${api.url}/oauth/register`, { method: 'POST', headers, body });
    return ((await answer.json()) as { client_id: string }).client_id;
  }
  async function letIn(client_id = described): Promise<string> {
    const body = { query: await queryOf(client_id), allow: true };
    const { redirectTo } = (await api.call('/api/v1/users/programs', { token, body })).body;
    const code = new URL(redirectTo).searchParams.get('code') ?? '';
    const shown = { code, code_verifier: verifier, redirect_uri: redirectUri, ...(await readResource()) };
    const given = await post('/oauth/token', { grant_type: 'authorization_code', client_id, ...shown });
    const { refresh_token } = given;
    const again = { grant_type: 'refresh_token', client_id, refresh_token };
    await post('/oauth/token', again);
    // Its answer may have been lost.
    return (await post('/oauth/token', again)).refresh_token;
  }
  return {
    readProgramRequest: async () => [{ body: { query: await queryOf() } }],
    answerProgramRequest: async () => {
      await letIn();
      await letIn(await register());
      await post('/oauth/revoke', { token: await letIn() });
      return [{ body: { query: await queryOf(), allow: true, creditsPerDay: 5 } }];
    },
  };
}
