import { randomBytes } from 'node:crypto';
import { startApi } from '@star-graph/api/startApi';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import {
  createDispatchSetup,
  type DispatchSetup,
  silentLogger,
} from '@star-graph/core/testing/dispatch/dispatchSetup';

/** API and dispatcher in this process, a preview backend as one of its own, on private data. */
export interface WholePlatform extends AsyncDisposable {
  setup: DispatchSetup;
  preview: PreviewBackendProcess;
  /** Of the API, without a trailing slash. */
  url: string;
  /** A new person. */
  register(): Promise<{ accessToken: string }>;
}

export async function startWholePlatform(): Promise<WholePlatform> {
  await using parts = new AsyncDisposableStack();
  const setup = parts.use(await createDispatchSetup());
  const preview = parts.use(await startPreviewBackend({ flags: ['--instant', '--threads', '1'] }));
  parts.use(await setup.start());
  await setup.addBackend(preview.url);
  const jwtKey = randomBytes(64).toString('base64url');
  // Known beforehand, so that links to files lead to it.
  const port = await findFreePort();
  const config = parseConfig({
    ...setup.environment,
    JWT_KEYS: `test:${jwtKey}`,
    API_PORT: String(port),
  });
  const { url } = parts.adopt(await startApi({ clock: systemClock, log: silentLogger }, config), (api) =>
    api.stop(),
  );
  const started = parts.move();
  return {
    setup,
    preview,
    url,
    async register() {
      const username = `u${randomBytes(8).toString('hex')}`;
      const response = await fetch(`${url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username, password: randomBytes(12).toString('hex') }),
      });
      if (response.status !== 201) throw new Error(`registering: HTTP ${response.status}`);
      return (await response.json()) as { accessToken: string };
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
