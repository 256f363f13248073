import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRedis, type Redis } from '@star-graph/core/ground/redis/createRedis';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { masterName, sentinelLines, serverLines, setUrl } from '@star-graph/core/testing/services/redisSet';
import type { ProcessSpec } from '../../launcher/processes/supervisor.ts';
import { describeRedis, redisUrl } from '../../launcher/services/redis.ts';
import type { TrialProcess } from './cluster/childProcess.ts';

/** Two Redis servers and three Sentinels, which make a master of the one when the other is gone for a second. */
export interface SentinelSet {
  /** The address for clients: `redis+sentinel://…`. */
  url: string;
  /** The processes in the order in which they start. */
  processes: readonly TrialProcess[];
  /** Takes the master away for as long; resolves when another is the master and follows it. @returns the name of the struck one */
  failOver(how: 'kill' | 'freeze', awayMs: number): Promise<string>;
  close(): void;
}

interface Member {
  process: TrialProcess;
  port: number;
  client: Redis;
}

interface Deps {
  clock: Clock;
  create(spec: ProcessSpec): TrialProcess;
}

const pollMs = 50;

export async function startSentinelSet(
  deps: Deps,
  config: { programFiles: readonly string[]; directory: string; directives: readonly string[] },
): Promise<SentinelSet> {
  const [password, sentinelPassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const start = async (
    name: string,
    port: number,
    lines: readonly string[],
    secret: string,
  ): Promise<Member> => {
    const isSentinel = name.startsWith('sentinel');
    const process = deps.create(
      await describeMember({ ...config, name, port, password: secret, isSentinel }, lines),
    );
    await process.start();
    return { process, port, client: createRedis({ url: redisUrl({ port, password: secret }) }) };
  };
  const masterPort = await findFreePort();
  const lines = (replicaOf: number | undefined) => [
    ...config.directives,
    ...serverLines({ password, masterPort: replicaOf }),
  ];
  const servers = [
    await start('redis-1', masterPort, lines(undefined), password),
    await start('redis-2', await findFreePort(), lines(masterPort), password),
  ];
  const watching = sentinelLines({ masterPort, password, sentinelPassword });
  const sentinels: Member[] = [];
  for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3'])
    sentinels.push(await start(name, await findFreePort(), watching, sentinelPassword));
  const set = { servers, sentinels };
  await untilWhole(deps, set);
  return {
    url: setUrl({ sentinelPorts: sentinels.map(({ port }) => port), password, sentinelPassword }),
    processes: [...servers, ...sentinels].map(({ process }) => process),
    async failOver(how, awayMs) {
      await untilWhole(deps, set);
      const struck = await findMaster(set);
      if (how === 'kill') await struck.process.kill();
      else struck.process.pause();
      const away = deps.clock.sleep(awayMs);
      while ((await findMaster(set)) === struck) await deps.clock.sleep(pollMs);
      await away;
      struck.process.resume();
      await struck.process.start();
      await untilWhole(deps, set);
      return struck.process.name;
    },
    close() {
      for (const { client } of [...servers, ...sentinels]) client.disconnect();
    },
  };
}

/** From a file that Redis writes anew when its role changes, so that a server returns as what it was made. */
async function describeMember(
  config: {
    programFiles: readonly string[];
    directory: string;
    name: string;
    port: number;
    password: string;
    isSentinel: boolean;
  },
  lines: readonly string[],
): Promise<ProcessSpec> {
  const { name, directory, port, password } = config;
  const dir = join(directory, name);
  const file = join(dir, 'redis.conf');
  const logFile = join(directory, 'logs', `${name}.log`);
  const { input: _stdin, ...spec } = describeRedis({
    ...config,
    dir,
    logFile,
    port,
    password,
    directives: [],
  });
  const settings = ['bind 127.0.0.1', `port ${port}`, `dir "${dir}"`, ...lines];
  return {
    ...spec,
    name,
    args: [file, ...(config.isSentinel ? ['--sentinel'] : [])],
    cwd: directory,
    async prepare() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      if (!existsSync(file)) await writeFile(file, `${settings.join('\n')}\n`, { mode: 0o600 });
    },
  };
}

interface Members {
  servers: readonly Member[];
  sentinels: readonly Member[];
}

async function findMaster({ servers, sentinels }: Members): Promise<Member> {
  const [first] = sentinels as [Member];
  const [, port] = (await first.client.call('SENTINEL', 'get-master-addr-by-name', masterName)) as string[];
  const found = servers.find((server) => server.port === Number(port));
  if (!found) throw new Error(`the Sentinels name a master at ${port}`);
  return found;
}

/** Until the master has its replica, and every Sentinel knows of both and of the others. */
async function untilWhole({ clock }: Deps, set: Members): Promise<void> {
  while (!(await isWhole(set).catch(() => false))) await clock.sleep(pollMs);
}

async function isWhole(set: Members): Promise<boolean> {
  const master = await findMaster(set);
  const replication = await master.client.info('replication');
  const known = await Promise.all(set.sentinels.map(({ client }) => client.call('INFO', 'sentinel')));
  return (
    replication.includes('role:master') &&
    replication.includes('state=online') &&
    known.every((facts) => /status=ok,.*slaves=1,sentinels=3/.test(String(facts)))
  );
}
