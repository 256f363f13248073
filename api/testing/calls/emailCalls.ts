import type { SignInView } from '@star-graph/contract/auth/signIn';
import { EmailVerification } from '@star-graph/core/ground/db/models/email';
import { createSecret, hashSecret } from '@star-graph/core/ground/encryption/secrets';
import type { TestApi, TestPlatform } from '../servers/apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';
import { password } from './twoStep.ts';

/** Calls of every operation of e-mail addresses. No server takes the messages. */
export function describeEmailCalls(api: TestApi, { db }: TestPlatform): EveryOperation['calls'] {
  const signUp = async () => (await api.signUp()) as SignInView;
  const makeLink = async (userId: string): Promise<string> => {
    const token = createSecret();
    const createdAt = new Date();
    await EmailVerification.query(db.database).insert({
      tokenHash: hashSecret(token),
      userId,
      address: `${userId}@example.com`,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + 3_600_000),
    });
    return token;
  };
  return {
    changeEmail: async () => [
      { token: (await signUp()).accessToken, body: { address: 'ada@example.com', password } },
    ],
    deleteEmail: async () => {
      const { user, accessToken: token } = await signUp();
      await makeLink(user.id);
      return [{ token }];
    },
    verifyEmail: async () => [{ body: { token: await makeLink((await signUp()).user.id) } }],
    // Of a person of the history.
    mailPasswordReset: () => [{ body: { address: 'person5@example.com' } }],
  };
}
