import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ProcessSpec } from '../processes/supervisor.ts';

export interface RedisConfig {
  /** The server's program, absolute. */
  programFiles: readonly string[];
  /** Holds `redis/`, created on first use. */
  dir: string;
  logFile: string;
  port: number;
  /** Letters and digits: it stands in Redis's configuration. */
  password: string;
  /** Lines of redis.conf beyond the defaults. */
  directives: readonly string[];
}

/** A private Redis on loopback. Its configuration goes in by stdin, so the password is in no process list. */
export function describeRedis(config: RedisConfig): ProcessSpec {
  const [redisServer = 'redis-server'] = config.programFiles;
  const dataDir = join(config.dir, 'redis');
  const directives = [
    'bind 127.0.0.1',
    `port ${config.port}`,
    'daemonize no',
    'protected-mode yes',
    `requirepass ${config.password}`,
    `dir "${dataDir.replaceAll(/["\\]/g, '\\$&')}"`,
    ...config.directives,
  ];
  return {
    name: 'redis',
    command: redisServer,
    // redis-tools on Debian brings this program under the name of the checker; it becomes the server by its name.
    argv0: 'redis-server',
    args: ['-'],
    input: `${directives.join('\n')}\n`,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    cwd: config.dir,
    logFile: config.logFile,
    async prepare() {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    },
    isReady: () => answersPing(config.port, config.password),
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 15_000,
  };
}

/** A URL for `REDIS_URL`. */
export function redisUrl(config: Pick<RedisConfig, 'port' | 'password'>): string {
  return `redis://:${config.password}@127.0.0.1:${config.port}/0`;
}

/** False while Redis loads its data, and when the server on that port is another one. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    let received = '';
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.write(`AUTH ${password}\r\nPING\r\n`);
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (received === '+OK\r\n+PONG\r\n') answer(true);
      else if (received.includes('-')) answer(false);
    });
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
    socket.once('close', () => answer(false));
  });
}
