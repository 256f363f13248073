import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessSpec } from '../processes/supervisor.ts';
import { createMariadbData } from './mariadbData.ts';

export interface MariadbConfig {
  /** mariadbd and mariadb-install-db, absolute. */
  programFiles: readonly string[];
  /** Holds the data directory `mariadb/`, created on first use. */
  dir: string;
  logFile: string;
  port: number;
  user: string;
  password: string;
  /**
   * `database`: the user owns this one. `all`: the user may create databases, for tests that want their own.
   */
  grant: { database: string } | 'all';
  /** Server options beyond the defaults, such as `--innodb-flush-log-at-trx-commit=0`. */
  options: readonly string[];
  /** Statements before those of the account, at every start. */
  setUp?: readonly string[];
}

/** A private MariaDB on loopback. It never reads the system's configuration or data. */
export function describeMariadb(config: MariadbConfig): ProcessSpec {
  const [mariadbd = 'mariadbd', installDb = 'mariadb-install-db'] = config.programFiles;
  const dataDir = join(config.dir, 'mariadb');
  const tempDir = join(config.dir, 'mariadb-tmp');
  const initFile = join(config.dir, 'mariadb-init.sql');
  return {
    name: 'mariadb',
    command: mariadbd,
    args: [
      '--no-defaults',
      `--datadir=${dataDir}`,
      // A server that starts deletes every temporary table in its folder, and one that loses its own ends (11.8.6).
      `--tmpdir=${tempDir}`,
      `--port=${config.port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--socket=${socketPath(config.dir, config.port)}`,
      `--pid-file=${join(config.dir, 'mariadb.pid')}`,
      `--init-file=${initFile}`,
      '--character-set-server=utf8mb4',
      ...runAsRoot(),
      ...config.options,
    ],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    cwd: config.dir,
    logFile: config.logFile,
    async prepare() {
      await mkdir(tempDir, { recursive: true, mode: 0o700 });
      await createMariadbData({ installDb, dir: config.dir, dataDir, tempDir, options: runAsRoot() });
      await writeFile(initFile, accountStatements(config), { mode: 0o600 });
    },
    isReady: () => greets(config.port),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 30_000,
  };
}

/** A URL for `DATABASE_URL`. */
export function mariadbUrl(config: Pick<MariadbConfig, 'port' | 'user' | 'password'>, database = ''): string {
  return `mysql://${config.user}:${encodeURIComponent(config.password)}@127.0.0.1:${config.port}/${database}`;
}

/** The server runs these before it accepts connections, at every start, so a changed password takes effect. */
function accountStatements({ user, password, grant, setUp = [] }: MariadbConfig): string {
  const account = `'${user}'@'127.0.0.1'`;
  const statements = [
    ...setUp,
    `CREATE USER IF NOT EXISTS ${account}`,
    `ALTER USER ${account} IDENTIFIED BY '${password.replaceAll(/['\\]/g, '\\$&')}'`,
    ...(grant === 'all'
      ? [`GRANT ALL ON *.* TO ${account} WITH GRANT OPTION`]
      : [
          `CREATE DATABASE IF NOT EXISTS \`${grant.database}\` CHARACTER SET utf8mb4`,
          `GRANT ALL ON \`${grant.database}\`.* TO ${account}`,
        ]),
  ];
  return `${statements.join(';\n')};\n`;
}

/** mariadbd refuses to run as root unless told to, and otherwise runs as the user who starts it. */
function runAsRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Unix sockets have 108 bytes for their path, 104 on macOS; data directories can be longer. */
function socketPath(dir: string, port: number): string {
  const inside = join(dir, 'mariadb.sock');
  return Buffer.byteLength(inside) <= 100 ? inside : join(tmpdir(), `star-graph-mariadb-${port}.sock`);
}

/** True once the server sends its greeting: it listens earlier, while accounts are not in place yet. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    // Protocol::Handshake: three bytes of length, one of sequence, then the protocol version, 10 (255 is an error).
    socket.once('data', (data) => answer(data[4] === 10));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
    socket.once('close', () => answer(false));
  });
}
