import { startTestApi, type TestApi, type TestPlatform } from '@star-graph/api/testing/servers/apiServer';
import { fixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { type Nginx, type NginxSetup, startNginx } from './nginx.ts';

/** nginx before two API processes of one platform. */
interface Fleet extends AsyncDisposable {
  nginx: Nginx;
  url: string;
  /** Of the API processes. */
  ports: readonly [number, number];
  apis: [TestApi, TestApi];
  /** Starts one of them anew, at its old port. */
  restart(index: 0 | 1): Promise<void>;
  person: SignInView;
}

export function fleetFixture(
  env: Record<string, string> = {},
  changes: NginxSetup['changes'] = [],
): { platform: TestPlatform; fleet: Fleet } {
  const platform = platformFixture({ hasBackend: true });
  return { platform, fleet: fixture(() => startFleet(platform, env, changes)) };
}

async function startFleet(
  platform: TestPlatform,
  env: Record<string, string>,
  changes: NginxSetup['changes'] & {},
): Promise<Fleet> {
  const reserved: number[] = [];
  const draw = async () => {
    const port = await findFreePort({ reserved });
    reserved.push(port);
    return port;
  };
  const [port, first, second] = [await draw(), await draw(), await draw()];
  const start = (apiPort: number) =>
    startTestApi(platform, {
      API_PORT: String(apiPort),
      PUBLIC_URL: `https://localhost:${port}`,
      TRUSTED_PROXIES: '127.0.0.1',
      SIGN_UP_GRANT: '1000',
      ...env,
    });
  const ports = [first, second] as const;
  const apis: [TestApi, TestApi] = [await start(first), await start(second)];
  const nginx = await startNginx({ apis: ports, port, changes });
  return {
    nginx,
    url: nginx.url,
    ports,
    apis,
    async restart(index) {
      await apis[index].stop();
      apis[index] = await start(ports[index]);
    },
    person: await apis[0].signUp(),
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]();
      await Promise.all(apis.map((api) => api.stop()));
    },
  };
}
