import type { SignInView } from '@star-graph/contract/auth/signIn';
import type { TestApi } from '../servers/apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';
import { password } from './twoStep.ts';

/** Calls of every operation of passwords, each with a person of its own. */
export function describePasswordCalls(api: TestApi, admin: string): EveryOperation['calls'] {
  const signUp = async () => (await api.signUp()) as SignInView;
  const linkPath = async () => `/api/admin/users/${(await signUp()).user.id}/password-reset`;
  return {
    changePassword: async () => [
      { token: (await signUp()).accessToken, body: { password, newPassword: 'another one for all' } },
    ],
    resetPassword: async () => {
      const { url } = (await api.call(await linkPath(), { token: admin, method: 'POST' })).body;
      return [{ body: { token: new URL(url).hash.slice(1), password } }];
    },
    adminMakePasswordReset: async () => [{ path: await linkPath() }],
  };
}
