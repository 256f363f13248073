import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findFreePort } from '../../ground/runtime/freePort.ts';
import type { S3Service } from './s3rver.ts';

const adminTimeoutMs = 20_000;
const readyTimeoutMs = 20_000;

/** Before 17.2 the gateway needs a whole cluster. */
export const hasRadosgw = (() => {
  const { stdout } = spawnSync('radosgw', ['--version'], { timeout: adminTimeoutMs, encoding: 'utf8' });
  const [, major, minor] = /ceph version (\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(major) > 17 || (Number(major) === 17 && Number(minor) >= 2);
})();

/**
 * Ceph's gateway on a database file of its own instead of a cluster: policies, lifecycle, multipart uploads and
 * anonymous denial as production has them. With this backend it answers ranges with wrong bytes: do not test those.
 */
export async function startRadosgw(): Promise<S3Service> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-radosgw-'));
  const port = await findFreePort();
  const configFile = join(directory, 'ceph.conf');
  await mkdir(join(directory, 'data'));
  await writeFile(configFile, configOf(directory, port));
  const common = ['-c', configFile, '--no-mon-config', '-n', 'client.test'];
  const [accessKey, secretKey] = ['STARGRAPHTEST', 'star-graph-test-secret'];
  const account = [
    '--uid=star-graph',
    '--display-name=test',
    '--access-key',
    accessKey,
    '--secret-key',
    secretKey,
  ];
  await createUser([...common, 'user', 'create', ...account]);

  const gateway = spawn('radosgw', [...common, '-f'], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await vi.waitFor(() => fetch(endpoint), { timeout: readyTimeoutMs, interval: 50 });
  } catch (error) {
    gateway.kill('SIGKILL');
    throw new Error(`radosgw did not start: ${await readFile(join(directory, 'log'), 'utf8')}`, {
      cause: error,
    });
  }
  return {
    endpoint,
    accessKey,
    secretKey,
    async stop() {
      const exited = once(gateway, 'exit');
      gateway.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Runs `radosgw-admin` until it has printed the user, which is when the user is stored. Beside other work about one run
 * in eleven never ends after that (18.2.7), so it is not waited for.
 */
async function createUser(args: readonly string[]): Promise<void> {
  const admin = spawn('radosgw-admin', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: adminTimeoutMs });
  const closed = once(admin, 'close');
  let [answer, faults] = ['', ''];
  admin.stderr.setEncoding('utf8').on('data', (text: string) => {
    faults += text;
  });
  admin.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    if (isJson(answer)) admin.kill('SIGKILL');
  });
  await closed;
  if (!isJson(answer)) throw new Error(`radosgw-admin failed: ${faults}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function configOf(directory: string, port: number): string {
  return `[global]
rgw backend store = dbstore
rgw config store = dbstore
dbstore config uri = file:${directory}/data/config.db
dbstore db dir = ${directory}/data
rgw data = ${directory}/data
log file = ${directory}/log
run dir = ${directory}
admin socket =
rgw frontends = beast endpoint=127.0.0.1:${port}
`;
}
