import { createClient } from '@star-graph/client/client';
import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';

/**
 * Whether the administrator can sign in: `accepted` with this password, `refused` with every known one (another data
 * directory or the person has changed it), `two-step` with a right one and a second factor, `ordinary` for an account that is not an administrator's, `unchecked` when
 * the platform did not answer.
 */
export type AdministratorSignIn =
  | { kind: 'accepted'; password: string }
  | { kind: 'refused' }
  | { kind: 'two-step' }
  | { kind: 'ordinary' }
  | { kind: 'unchecked'; reason: string };

const timeoutMs = 10_000;

/** Tries the passwords in turn; each session is ended again. */
export async function checkAdministrator(
  baseUrl: string,
  username: string,
  passwords: readonly string[],
): Promise<AdministratorSignIn> {
  const client = createClient({ baseUrl });
  try {
    for (const password of new Set(passwords)) {
      const signIn = await client
        .login({ body: { username, password } }, { timeoutMs })
        .catch((error: unknown) => {
          if (error instanceof ClientProblem && error.problem.status === 401) return undefined;
          throw error;
        });
      if (!signIn) continue;
      await client.logout({ body: { refreshToken: signIn.refreshToken } }, { timeoutMs });
      return signIn.user.role === 'admin' ? { kind: 'accepted', password } : { kind: 'ordinary' };
    }
    return { kind: 'refused' };
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'second-factor-needed') return { kind: 'two-step' };
    if (error instanceof ClientProblem || error instanceof Unreachable)
      return { kind: 'unchecked', reason: error.message };
    throw error;
  }
}
