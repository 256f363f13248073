import type { SignInView } from '@star-graph/contract/auth/signIn';
import { ClientProblem, requireProblem, Unreachable } from './clientProblem.ts';

/** Refreshed this long before the end, so that a request does not arrive with a token that has just expired. */
export const refreshAheadMs = 30_000;
const refreshTimeoutMs = 15_000;

export interface RefreshConfig {
  baseUrl: string;
  fetch?: typeof fetch;
}

/** @param where the refresh token is: in the body, or in a cookie as a header says. @returns undefined when the session is over. */
export async function requestRefresh(
  config: RefreshConfig,
  where: { body: { refreshToken?: string }; headers?: Record<string, string> },
): Promise<SignInView | undefined> {
  const send = config.fetch ?? fetch;
  const isInCookie = where.body.refreshToken === undefined;
  const response = await send(`${config.baseUrl}/api/v1/auth/refresh`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...where.headers },
    body: JSON.stringify(where.body),
    // A page may be left meanwhile: the browser takes the new cookie all the same.
    keepalive: isInCookie,
    signal: AbortSignal.timeout(refreshTimeoutMs),
  }).catch((error: unknown) => {
    throw new Unreachable('The session could not be refreshed: the server does not answer.', {
      cause: error,
    });
  });
  if (response.ok) return readSignIn(response, isInCookie);
  const problem = await requireProblem(response);
  if (problem.code === 'unauthenticated' || problem.code === 'refresh-reused') return undefined;
  throw new ClientProblem(problem.problem, problem.retryAfterSeconds);
}

/** @throws Unreachable when something else answered: a page with status 200 must not end a session. */
async function readSignIn(response: Response, isInCookie: boolean): Promise<SignInView> {
  const body: unknown = await response.json().catch(() => undefined);
  const { accessToken, refreshToken, expiresIn } = (body ?? {}) as Partial<Record<keyof SignInView, unknown>>;
  const isWhole = isInCookie ? refreshToken === undefined : typeof refreshToken === 'string';
  if (typeof accessToken !== 'string' || !isWhole || typeof expiresIn !== 'number')
    throw new Unreachable('The session could not be refreshed: something else answers in place of the API.');
  return body as SignInView;
}
