import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect, onTestFinished, test } from 'vitest';
import { createProcessRegistry } from '../processes/processRegistry.ts';
import { type ProcessSpec, supervise } from '../processes/supervisor.ts';
import { createTestDir } from '../testing/processes.ts';
import { describeMariadb, type MariadbConfig, mariadbUrl } from './mariadb.ts';
import { describeRedis, type RedisConfig } from './redis.ts';
import { requirePrograms } from './requirePrograms.ts';
import { listSearchDirs } from './tools.ts';

const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb', 'redis']);

async function start(dir: string, spec: ProcessSpec) {
  const registry = createProcessRegistry(join(dir, 'run'));
  const service = await supervise({ clock: systemClock, registry, report: () => undefined }, spec);
  onTestFinished(() => service.stop());
  return service;
}

async function createMariadbConfig(): Promise<MariadbConfig> {
  const dir = createTestDir();
  return {
    programFiles: programs.mariadb.files,
    dir,
    logFile: join(dir, 'mariadb.log'),
    port: await findFreePort(),
    user: 'star_graph',
    password: `it's a "pass\\word"`,
    grant: { database: 'star_graph' },
    options: ['--innodb-flush-log-at-trx-commit=0'],
  };
}

/** One line from the first row. */
async function query(config: MariadbConfig, sql: string, password = config.password): Promise<unknown> {
  const url = mariadbUrl({ ...config, password }, 'star_graph');
  const database = connectDatabase({ url, poolSize: 1 });
  try {
    const [rows] = await database.raw(sql);
    return rows;
  } finally {
    await database.destroy();
  }
}

test('MariaDB keeps its data over a restart and takes a changed password', async () => {
  const config = await createMariadbConfig();
  const first = await start(config.dir, describeMariadb(config));
  await query(config, 'CREATE TABLE kept (id INT PRIMARY KEY)');
  await query(config, 'INSERT INTO kept VALUES (7)');
  await first.stop();

  const changed = { ...config, password: 'another' };
  await start(config.dir, describeMariadb(changed));

  expect(await query(changed, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  await expect(query(config, 'SELECT 1')).rejects.toThrow('Access denied');
});

test('MariaDB lets only our account in over TCP, to our database', async () => {
  const config = await createMariadbConfig();
  await start(config.dir, describeMariadb(config));
  await expect(query({ ...config, user: 'root' }, 'SELECT 1', '')).rejects.toThrow('Access denied');
  await expect(query(config, 'CREATE DATABASE another')).rejects.toThrow('Access denied');
  await expect(query(config, 'SELECT host FROM mysql.user')).rejects.toThrow('denied');
});

test("a new MariaDB leaves other servers' temporary tables alone", async () => {
  // By this name servers know what an earlier one left in their folder.
  const foreign = join(tmpdir(), `#sql-temptable-${process.pid}-1.MAI`);
  writeFileSync(foreign, '');
  onTestFinished(() => rmSync(foreign, { force: true }));
  const config = await createMariadbConfig();
  await start(config.dir, describeMariadb(config));
  expect(existsSync(foreign)).toBe(true);
});

test('a first start that was interrupted is done over', async () => {
  const config = await createMariadbConfig();
  mkdirSync(join(config.dir, 'mariadb.unfinished', 'mysql'), { recursive: true });
  await start(config.dir, describeMariadb(config));
  expect(await query(config, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

async function createRedisConfig(): Promise<RedisConfig> {
  const dir = createTestDir();
  return {
    programFiles: programs.redis.files,
    dir,
    logFile: join(dir, 'redis.log'),
    port: await findFreePort(),
    password: 'secret',
    directives: ['save 300 1'],
  };
}

/** Sends commands and resolves with the whole answer once it ends with `end`. */
function talk(port: number, commands: string, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
      if (answer.endsWith(end)) socket.end(() => resolve(answer));
    });
    socket.once('error', reject);
    socket.write(commands);
  });
}

test('Redis keeps its data, wants the password, and hides it', async () => {
  const config = await createRedisConfig();
  const first = await start(config.dir, describeRedis(config));
  expect(await talk(config.port, 'SET a 1\r\n', '\r\n')).toMatch(/^-NOAUTH/);
  await talk(config.port, 'AUTH secret\r\nSET kept 7\r\n', '+OK\r\n+OK\r\n');
  const [record] = createProcessRegistry(join(config.dir, 'run')).list();
  expect(readFileSync(`/proc/${record?.pid}/cmdline`, 'utf8')).not.toContain('secret');
  await first.stop();

  await start(config.dir, describeRedis(config));

  expect(await talk(config.port, 'AUTH secret\r\nGET kept\r\n', '7\r\n')).toBe('+OK\r\n$1\r\n7\r\n');
});

test('Redis serves from the program that Debian installs under another name', async () => {
  const config = await createRedisConfig();
  const [server = ''] = config.programFiles;
  const checker = join(config.dir, 'redis-check-rdb');
  symlinkSync(server, checker);
  await start(config.dir, describeRedis({ ...config, programFiles: [checker] }));
  expect(await talk(config.port, 'AUTH secret\r\nPING\r\n', '+PONG\r\n')).toBe('+OK\r\n+PONG\r\n');
});
