import { join } from 'node:path';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import {
  eventually,
  type RunningDispatcher,
  startDispatcherHere,
} from '@star-graph/core/testing/dispatch/dispatchSetup';
import { expect } from 'vitest';
import type { Answer, TestApi, TestPlatform } from './apiServer.ts';
import { apiFixture, fixture, platformFixture } from './fixtures.ts';

/** The real platform: an API, a dispatcher, and a GPU server whose runs stop before their first step until released. */
export interface PoolServer {
  platform: TestPlatform;
  api: TestApi;
  pool: Pool;
  /** As an administrator, under `/api/admin/`. */
  asAdmin(path: string, body?: unknown, method?: string): Promise<Answer>;
  /** Of a person, with the default model; its id. */
  submit(person: SignInView, prompt?: string): Promise<string>;
  /** Resolves when the task has one of these states. @returns it as administrators see it. */
  reached(taskId: string, ...statuses: string[]): Promise<Answer['body']>;
}

interface Pool extends AsyncDisposable {
  admin: string;
  preview: PreviewBackendProcess;
  backendId: string;
  /** Lets all runs go on. */
  release(): Promise<unknown>;
  /** From now on runs stop again. */
  hold(): Promise<unknown>;
  /** Another dispatcher on the same platform; stop it by disposal. */
  startDispatcher(): Promise<RunningDispatcher>;
}

export interface PoolOptions {
  /** Whether pictures show what was asked for, and previews come on the way: it takes longer. */
  isDrawing?: boolean;
  /** Of the API. */
  env?: Record<string, string>;
  /** Of the API. The dispatcher has the system's: it would not lead by one that is not the database's. */
  clock?: Clock;
}

export function poolFixture({
  isDrawing = false,
  env = {},
  clock = systemClock,
}: PoolOptions = {}): PoolServer {
  const platform = platformFixture();
  const api = apiFixture(platform, { SIGN_UP_GRANT: '1000', ...env }, { clock });
  const pool: Pool = fixture(() => startPool(platform, api, { isDrawing }));
  const asAdmin: PoolServer['asAdmin'] = (path, body, method) =>
    api.call(`/api/admin/${path}`, { token: pool.admin, body, ...(method ? { method } : {}) });
  return {
    platform,
    api,
    pool,
    asAdmin,
    async submit({ accessToken: token }, prompt = 'a lighthouse') {
      const body = { prompt, width: 256, height: 256, steps: 1 };
      return (await api.call('/api/v1/generate/text2img', { token, body })).body.id;
    },
    reached: (taskId, ...statuses) =>
      eventually(async () => {
        const { body } = await asAdmin(`tasks/${taskId}`);
        expect(statuses).toContain(body.status);
        return body;
      }),
  };
}

/** The dispatcher runs in this process: what kills or pauses one starts it as a process of its own. */
export async function startPool(
  platform: TestPlatform,
  api: TestApi,
  {
    isDrawing = false,
    isHeld = true,
    leaseMs,
  }: { isDrawing?: boolean; isHeld?: boolean; leaseMs?: number } = {},
): Promise<Pool> {
  const parts = new AsyncDisposableStack();
  const env = parseConfig(platform.env);
  const startDispatcher = async () => {
    const storage = await createStorage({ clock: systemClock, warn: () => undefined }, env);
    const { redis, db } = platform;
    const stores = { databaseUrl: db.url, redisUrl: redis.url, prefix: redis.prefix, storage };
    const directory = join(env.DATA_DIR, 'dispatcher');
    return startDispatcherHere({ ...stores, directory }, { ...(leaseMs && { leaseMs }) });
  };
  const preview = parts.use(
    await startPreviewBackend({
      flags: [...(isDrawing ? [] : ['--instant']), '--threads', '1'],
    }),
  );
  parts.use(await startDispatcher());
  const admin = await api.signInAsAdmin();
  const url = preview.url;
  const { body } = await api.call('/api/admin/backends', { token: admin, body: { url } });
  await eventually(async () => {
    const { body: list } = await api.call('/api/admin/backends', { token: admin });
    expect(list.items).toMatchObject([{ id: body.id, state: 'up' }]);
  });
  // What tasks are checked against is read every two seconds.
  await eventually(async () => {
    const quote = await api.call('/api/v1/generate/text2img/quote', { token: admin, body: { prompt: 'a' } });
    expect(quote.status).toBe(200);
  });
  const hold = () => preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const release = () => preview.control({ disarm: ['hold'] });
  if (isHeld) await hold();
  return {
    admin,
    preview,
    backendId: body.id,
    hold,
    release,
    startDispatcher,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
