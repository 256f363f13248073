import { Task } from '@star-graph/core/db/models/task';
import type { SignInView } from '../contract/auth/signIn.ts';
import type { Answer, TestApi, TestPlatform } from './apiServer.ts';
import { apiFixture, platformFixture } from './fixtures.ts';

/** An API with a backend that can run everything and people who can pay for it. */
export interface WorkServer {
  platform: TestPlatform;
  api: TestApi;
  /** Default: text2img. */
  generate(
    token: string,
    body: unknown,
    headers?: Record<string, string>,
    workflow?: string,
  ): Promise<Answer>;
  balanceOf(token: string): Promise<{ available: number; held: number }>;
  tasksOf(person: SignInView): Promise<Task[]>;
}

export function workFixture(env: Record<string, string> = { SIGN_UP_GRANT: '1000' }): WorkServer {
  const platform = platformFixture({ hasBackend: true });
  const api = apiFixture(platform, env);
  return {
    platform,
    api,
    generate: (token, body, headers = {}, workflow = 'text2img') =>
      api.call(`/api/v1/generate/${workflow}`, { token, body, headers }),
    async balanceOf(token) {
      const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
      return { available, held };
    },
    tasksOf: async ({ user }) => await Task.query(platform.db.database).where({ userId: user.id }),
  };
}
