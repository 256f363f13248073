import { createHash } from 'node:crypto';
import { parseConfig } from '@star-graph/core/ground/config/config';
import type { Database } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { outputKey } from '@star-graph/core/ground/storage/keys';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { startDispatcherProcess } from '@star-graph/core/testing/dispatch/dispatcherProcess';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { createTestPlatform, requireBody, startTestApi, type TestApi } from './apiServer.ts';

/** API, dispatcher and preview backend, as they stand behind a person's browser. */
export interface RunningPlatform extends AsyncDisposable {
  url: string;
  api: TestApi;
  /** For rows that nobody has the time to make. */
  database: Database;
  backend: PreviewBackendProcess;
  /** A new person with credits. */
  signUp(): Promise<Person>;
  /** Until a task of this person has ended: the stream of its events ends with it. */
  untilEnded(token: string, taskId: string): Promise<void>;
  /** Ends the API and starts it again at the same address. @param whileAway what happens in between */
  restartApi(whileAway?: () => Promise<void>): Promise<void>;
  /** Keeps tasks in the queue until released, like a stalled dispatcher. */
  hold(): void;
  letGo(): void;
  /** Replaces the stored result of a task by other pixels: without a GPU a result of that size would take too long. */
  swapResult(assetId: string, png: DrawnPicture): Promise<void>;
}

/** As sharp gives it with `resolveWithObject`. */
interface DrawnPicture {
  data: Buffer;
  info: { width: number; height: number; size: number };
}

export interface Person {
  username: string;
  password: string;
  accessToken: string;
}

const password = 'long enough for all';

export interface PlatformOptions {
  /** By which people reach it, on this machine: passkeys want a name. */
  host?: 'localhost' | '127.0.0.1';
  /** Whether pictures show what was asked for: they take a second of a core each. */
  isDrawing?: boolean;
  /** How pictures of the documentation are enlarged: finely takes minutes for those of Create. */
  enlarges?: 'quickly' | 'finely';
  /** Further variables of the API. */
  env?: Record<string, string>;
  /** Of the API. Default: the system's, which the dispatcher always has. */
  clock?: Clock;
}

export async function startPlatform(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const parts = new AsyncDisposableStack();
  const isDrawing = options.isDrawing ?? process.env.IMAGES_DIR !== undefined;
  try {
    const platform = parts.use(await createTestPlatform());
    const backend = parts.use(
      await startPreviewBackend({
        flags: isDrawing ? [] : ['--instant'],
        enlarges: process.env.IMAGES_DIR ? (options.enlarges ?? 'finely') : undefined,
      }),
    );
    // Files are served under an address that must be known before the API listens.
    const port = await findFreePort();
    const url = `http://${options.host ?? '127.0.0.1'}:${port}`;
    const own = { API_PORT: String(port), PUBLIC_URL: url, SIGN_UP_GRANT: '100000' };
    const stores = { ...platform.env, ...own, ...options.env };
    const dispatcher = await startDispatcherProcess({
      ...stores,
      COMFYUI_URLS: backend.url,
      DISPATCHER_PORT: '0',
      // Longer than any test holds it.
      LEASE_SECONDS: '120',
    });
    parts.defer(async () => {
      dispatcher.signal('SIGCONT');
      dispatcher.signal('SIGTERM');
      await dispatcher.ended;
    });
    const storage = await createStorage({ clock: systemClock, warn: console.warn }, parseConfig(stores));
    // Sites that stand in for the internet are on this machine.
    const { clock = systemClock } = options;
    const startHere = () =>
      startTestApi(platform, stores, { isAllowedAddress: () => true, authority: testAuthority, clock });
    const running = { api: await startHere() };
    parts.defer(() => running.api.stop());
    return {
      url,
      hold: () => dispatcher.signal('SIGSTOP'),
      letGo: () => dispatcher.signal('SIGCONT'),
      get api() {
        return running.api;
      },
      backend,
      database: platform.db.database,
      async signUp() {
        const username = `person${crypto.randomUUID().slice(0, 8)}`;
        const asked = { body: { username, password } };
        const { accessToken } = requireBody(await running.api.call('/api/v1/auth/register', asked));
        return { username, password, accessToken };
      },
      async untilEnded(token, taskId) {
        const { status } = await running.api.call(`/api/v1/tasks/${taskId}/events`, { token });
        if (status !== 200) throw new Error(`the events of ${taskId} are not told: ${status}`);
      },
      async restartApi(whileAway) {
        await running.api.stop();
        await whileAway?.();
        running.api = await startHere();
      },
      async swapResult(assetId, { data, info }) {
        const { database } = platform.db;
        const asset = await Asset.query(database).findById(assetId).throwIfNotFound();
        const sha256 = createHash('sha256').update(data).digest('hex');
        const storageKey = outputKey(asset.taskId ?? '', sha256, 'png');
        await storage.put(storageKey, data, { mime: 'image/png' });
        const { width, height, size: bytes } = info;
        await asset.$query(database).patch({ storageKey, sha256, bytes, width, height });
      },
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
