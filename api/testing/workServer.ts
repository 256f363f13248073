import { checkLedger } from '@star-graph/core/credits/ledgerCheck';
import { Task } from '@star-graph/core/db/models/task';
import type { SignInView } from '../contract/auth/signIn.ts';
import {
  type Answer,
  addBackend,
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from './apiServer.ts';

/** An API with a backend that can run everything and people who can pay for it. */
export interface WorkServer extends AsyncDisposable {
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

/** Disposing rejects if the books do not add up: they must after every test. */
export async function startWorkServer(
  env: Record<string, string> = { SIGN_UP_GRANT: '1000' },
): Promise<WorkServer> {
  const platform = await createTestPlatform();
  await addBackend(platform);
  const api = await startTestApi(platform, env);
  const { database } = platform.db;
  return {
    platform,
    api,
    generate: (token, body, headers = {}, workflow = 'text2img') =>
      api.call(`/api/v1/generate/${workflow}`, { token, body, headers }),
    async balanceOf(token) {
      const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
      return { available, held };
    },
    tasksOf: async ({ user }) => await Task.query(database).where({ userId: user.id }),
    async [Symbol.asyncDispose]() {
      const { ok, imbalance } = await checkLedger(database);
      await api.stop();
      await platform[Symbol.asyncDispose]();
      if (!ok || imbalance !== 0) throw new Error(`the books do not add up: ${imbalance}`);
    },
  };
}
