import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { findFreePort } from '../../ground/runtime/freePort.ts';
import { testRedisUrl } from '../db/testDatabase.ts';
import { eventually } from '../eventually.ts';

/** A Redis that a test may stop. It writes its data only on SAVE, and restarts with the data of the last SAVE. */
export interface OwnRedis extends AsyncDisposable {
  url: string;
  /** Like a crash: unwritten data is lost. */
  kill(): Promise<void>;
  /** The same address and data directory again. */
  start(): Promise<void>;
}

/**
 * From the program that the tests' Redis runs.
 * @returns undefined where that is not on this machine, but in a container or elsewhere
 */
export async function startOwnRedis(directives: readonly string[] = []): Promise<OwnRedis | undefined> {
  const program = await findRedisProgram();
  if (program === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'own-redis-'));
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}/0`;
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const start = async () => {
    const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''];
    const settings = [...place, ...directives];
    // Debian has the server under the name of the checker; it becomes the server by its name.
    child = spawn(program, settings, { argv0: 'redis-server', stdio: 'ignore' });
    const client = createRedis({ url });
    await eventually(() => client.ping()).finally(() => client.disconnect());
  };
  await start();
  return {
    url,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Redis reports the path that it was called by, so the system is asked first. */
export async function findRedisProgram(): Promise<string | undefined> {
  const redis = createRedis({ url: testRedisUrl() });
  const server = await redis.info('server').finally(() => redis.disconnect());
  const find = (name: string) => new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(server)?.[1] ?? '';
  for (const path of [`/proc/${find('process_id')}/exe`, find('executable')]) {
    const program = await realpath(path).catch(() => '');
    // A process id from a container may be another program's here.
    if (/^(redis|valkey)-/.test(basename(program))) return program;
  }
  return undefined;
}
