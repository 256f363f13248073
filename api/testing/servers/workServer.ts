import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Task } from '@star-graph/core/ground/db/models/task';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { assign, createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { eventually } from '@star-graph/core/testing/eventually';
import { createProgressBus, createProgressReader } from '@star-graph/core/work/events/progressBus';
import { startTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { expect } from 'vitest';
import type { Answer, TestApi, TestPlatform } from './apiServer.ts';
import { apiFixture, platformFixture } from './fixtures.ts';

/** An API with a backend that can run everything and people who can pay for it. */
interface WorkServer {
  platform: TestPlatform;
  api: TestApi;
  /** Default: text2img. */
  generate(
    token: string,
    body: unknown,
    headers?: Record<string, string>,
    workflow?: string,
  ): Promise<Answer>;
  /** Puts a task on a backend and publishes its progress. */
  run(taskId: string, percent: number): Promise<void>;
  balanceOf(token: string): Promise<{ available: number; held: number }>;
  tasksOf(person: SignInView): Promise<Task[]>;
}

export function workFixture(
  env: Record<string, string> = { SIGN_UP_GRANT: '1000' },
  clock: Clock = systemClock,
): WorkServer {
  const platform = platformFixture({ hasBackend: true });
  const api = apiFixture(platform, env, { clock });
  return {
    platform,
    api,
    generate: (token, body, headers = {}, workflow = 'text2img') =>
      api.call(`/api/v1/generate/${workflow}`, { token, body, headers }),
    run: (taskId, percent) => runTask(platform, taskId, percent),
    async balanceOf(token) {
      const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
      return { available, held };
    },
    tasksOf: async ({ user }) => await Task.query(platform.db.database).where({ userId: user.id }),
  };
}

const log = { warn: () => {}, debug: () => {} };

/** Puts a task on a backend and publishes its progress. */
export async function runTask(platform: TestPlatform, taskId: string, percent: number): Promise<void> {
  const { database } = platform.db;
  const task = await Task.query(database).findById(taskId);
  if (!task) throw new Error('the task was accepted');
  const { redis, prefix } = platform.redis;
  const fence = await assign(database, task, await createOwnedBackend(database));
  await startTask({ database, clock: systemClock }, fence);
  const source = { taskId, userId: task.userId, apiKeyId: task.apiKeyId, attempt: fence.attempt };
  createProgressBus({ redis, prefix, clock: systemClock, log }).publish(source, { percent });
  await eventually(async () => {
    const known = await createProgressReader({ redis, prefix }).findProgress([taskId]);
    expect(known.get(taskId)).toMatchObject({ percent });
  });
}
