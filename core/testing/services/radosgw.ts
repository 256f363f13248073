import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findFreePort } from '../../runtime/freePort.ts';
import type { S3Service } from './s3rver.ts';

const adminTimeoutMs = 20_000;
const readyTimeoutMs = 20_000;

/** Before 17.2 the gateway wants a whole cluster. */
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
  const created = spawnSync('radosgw-admin', [...common, 'user', 'create', ...account], {
    timeout: adminTimeoutMs,
  });
  if (created.status !== 0) throw new Error(`radosgw-admin failed: ${created.stderr}`);

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
