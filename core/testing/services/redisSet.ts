import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { findFreePort } from '../../ground/runtime/freePort.ts';
import { eventually } from '../eventually.ts';
import { findRedisProgram } from './ownRedis.ts';

/** A master, its replica and three Sentinels, each with a password. */
export interface RedisSet extends AsyncDisposable {
  /** `redis+sentinel://…` */
  url: string;
  servers: readonly SetProcess[];
  sentinels: readonly SetProcess[];
  /** The server that the Sentinels name. */
  findMaster(): Promise<SetProcess>;
}

interface SetProcess {
  port: number;
  /** Its own address, past the Sentinels. */
  url: string;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
}

/** By which Sentinels know the master. */
export const masterName = 'main';

/** Lines of redis.conf for a server of a set. */
export const serverLines = (config: { password: string; masterPort: number | undefined }): string[] => [
  `requirepass ${config.password}`,
  `masterauth ${config.password}`,
  ...(config.masterPort === undefined ? [] : [`replicaof 127.0.0.1 ${config.masterPort}`]),
  // Else a replica waits for more of them before it gets the data.
  'repl-diskless-sync-delay 0',
];

/** Lines of sentinel.conf. It calls a master down after a second of silence. */
export const sentinelLines = (config: {
  masterPort: number;
  password: string;
  sentinelPassword: string;
}): string[] => [
  `requirepass ${config.sentinelPassword}`,
  `sentinel sentinel-pass ${config.sentinelPassword}`,
  `sentinel monitor ${masterName} 127.0.0.1 ${config.masterPort} 2`,
  `sentinel auth-pass ${masterName} ${config.password}`,
  `sentinel down-after-milliseconds ${masterName} 1000`,
  `sentinel failover-timeout ${masterName} 3000`,
];

export const setUrl = (config: {
  sentinelPorts: readonly number[];
  password: string;
  sentinelPassword: string;
}): string =>
  `redis+sentinel://:${config.password}@${config.sentinelPorts.map((port) => `127.0.0.1:${port}`).join(',')}/${masterName}/0?sentinelPassword=${config.sentinelPassword}`;

/** @returns undefined where the program of the tests' Redis is not on this machine */
export async function startRedisSet(): Promise<RedisSet | undefined> {
  const program = await findRedisProgram();
  if (program === undefined) return undefined;
  await using parts = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'redis-set-'));
  parts.defer(() => rm(directory, { recursive: true, force: true }));
  const [password, sentinelPassword] = [secret(), secret()];
  const start = async (kind: 'server' | 'sentinel', lines: readonly string[]) =>
    parts.use(
      await startProcess(
        { program, directory, kind, password: kind === 'server' ? password : sentinelPassword },
        lines,
      ),
    );
  const master = await start('server', serverLines({ password, masterPort: undefined }));
  const servers = [master, await start('server', serverLines({ password, masterPort: master.port }))];
  const watching = sentinelLines({ masterPort: master.port, password, sentinelPassword });
  const sentinels = [
    await start('sentinel', watching),
    await start('sentinel', watching),
    await start('sentinel', watching),
  ];
  const url = setUrl({ sentinelPorts: sentinels.map(({ port }) => port), password, sentinelPassword });
  for (const one of sentinels) await untilComplete(one.url);
  const owned = parts.move();
  return {
    url,
    servers,
    sentinels,
    async findMaster() {
      const port = await askSentinels(sentinels);
      const found = servers.find((server) => server.port === port);
      if (!found) throw new Error(`no server of the set has the port ${port}`);
      return found;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const secret = () => randomBytes(12).toString('hex');

interface Place {
  program: string;
  directory: string;
  kind: 'server' | 'sentinel';
  password: string;
}

async function startProcess(place: Place, lines: readonly string[]): Promise<SetProcess & AsyncDisposable> {
  const port = await findFreePort();
  const dir = join(place.directory, String(port));
  await mkdir(dir);
  const file = join(dir, 'redis.conf');
  const common = ['bind 127.0.0.1', `port ${port}`, `dir ${dir}`];
  const own = place.kind === 'server' ? ['save ""', 'appendonly no'] : [];
  await writeFile(file, `${[...common, ...own, ...lines].join('\n')}\n`, { mode: 0o600 });
  // Debian has the server under the name of the checker; it becomes the server by its name.
  const args = [file, ...(place.kind === 'sentinel' ? ['--sentinel'] : [])];
  const child = spawn(place.program, args, { argv0: 'redis-server', stdio: 'ignore' });
  const url = `redis://:${place.password}@127.0.0.1:${port}/0`;
  const kill = () => killChild(child);
  const client = createRedis({ url });
  await eventually(() => client.ping()).finally(() => client.disconnect());
  return {
    port,
    url,
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
  };
}

async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Until this Sentinel knows the replica and both others: only then can it have another master elected. */
async function untilComplete(url: string): Promise<void> {
  const client = createRedis({ url });
  try {
    await eventually(async () => {
      const facts = String(await client.call('INFO', 'sentinel'));
      if (!/status=ok,.*slaves=1,sentinels=3/.test(facts)) throw new Error(facts);
    });
  } finally {
    client.disconnect();
  }
}

/** The port that the first Sentinel that answers names. */
async function askSentinels(sentinels: readonly SetProcess[]): Promise<number> {
  for (const { url } of sentinels) {
    const client = createRedis({ url });
    try {
      const [, port] = (await client.call('SENTINEL', 'get-master-addr-by-name', masterName)) as [
        string,
        string,
      ];
      return Number(port);
    } catch {
      // A test has taken it away.
    } finally {
      client.disconnect();
    }
  }
  throw new Error('no Sentinel answers');
}
