import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { migrateDatabase } from '@star-graph/core/ground/db/migrateDatabase';
import { Backend } from '@star-graph/core/ground/db/models/backend';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { createUser } from '@star-graph/core/testing/db/factories';
import { findBuiltin } from '@star-graph/workflows';
import { fullObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { LaunchFailure } from '../../../launcher/failure.ts';
import { describeMariadb, mariadbUrl } from '../../../launcher/services/mariadb.ts';
import { describeRedis, redisUrl } from '../../../launcher/services/redis.ts';
import { locateProgram } from '../../../launcher/services/systemPrograms.ts';
import { listSearchDirs } from '../../../launcher/services/tools.ts';
import { createTrialProcess } from '../../chaos/cluster/childProcess.ts';
import { claimDir, dirPrefix, reapDead } from '../world/reap.ts';

/** A MariaDB and a Redis of this process alone, with a database to which every story returns. */
export interface Servers {
  databaseUrl: URL;
  databaseName: string;
  socketPath: string;
  redisUrl: string;
  userId: string;
  administratorId: string;
  objectInfo: string;
  close(): Promise<void>;
}

export const backendUrls = ['http://10.0.0.1:8188', 'http://10.0.0.2:8188'];

/** What is on disk is lost with the process, and nothing else reads it: nothing waits for the disk. */
const mariadbOptions = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=48M',
  '--innodb-log-file-size=16M',
  '--innodb-stats-auto-recalc=OFF',
  '--innodb-purge-threads=1',
  '--skip-log-bin',
  '--performance-schema=OFF',
  '--max-connections=100',
];

const locate = (name: 'mariadb' | 'redis'): readonly string[] => {
  const files = locateProgram(name, listSearchDirs(process.env.PATH));
  if (!files) throw new LaunchFailure(`${name} is not installed. Run npm start once, which installs it.`);
  return files;
};

/** @param lacksGuards whether the database refuses nothing by itself: a guard is taken out that it has too. */
export async function startServers(lacksGuards: boolean): Promise<Servers> {
  const memory = '/dev/shm';
  const parent = existsSync(memory) ? memory : tmpdir();
  reapDead(parent);
  const dir = await mkdtemp(dirPrefix(parent));
  claimDir(dir);
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'logs'));
  const password = randomBytes(18).toString('hex');
  const common = { dir, password };
  const mariadb = {
    ...common,
    programFiles: locate('mariadb'),
    logFile: join(dir, 'logs', 'mariadb.log'),
    port: await findFreePort(),
    user: 'root',
    grant: 'all',
    options: mariadbOptions,
  } as const;
  const redis = {
    ...common,
    programFiles: locate('redis'),
    logFile: join(dir, 'logs', 'redis.log'),
    port: await findFreePort(),
    directives: ['save ""', 'appendonly no'],
  };
  const onFault = (name: string, what: string) => console.error(`${name}: ${what}`);
  for (const spec of [describeMariadb(mariadb), describeRedis(redis)]) {
    const child = createTrialProcess({ clock: systemClock, onFault }, spec);
    parts.defer(() => child.kill());
    await child.start();
  }
  const databaseName = 'story';
  const url = mariadbUrl(mariadb, databaseName);
  await createDatabaseOf(mariadbUrl(mariadb, 'mysql'), databaseName);
  const database = connectDatabase({ url, poolSize: 2 });
  parts.defer(() => database.destroy());
  await migrateDatabase(database);
  const filled = await fillDatabase(database);
  await keepTables(database, databaseName, lacksGuards);
  const owned = parts.move();
  return {
    databaseUrl: new URL(url),
    databaseName,
    socketPath: join(dir, 'mariadb.sock'),
    redisUrl: redisUrl(redis),
    ...filled,
    close: () => owned.disposeAsync(),
  };
}

async function createDatabaseOf(url: string, name: string): Promise<void> {
  const server = connectDatabase({ url, poolSize: 1 });
  try {
    await server.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    await server.raw(`CREATE DATABASE ${name}_kept CHARACTER SET utf8mb4`);
  } finally {
    await server.destroy();
  }
}

async function fillDatabase(database: Database) {
  const objectInfo = describeServer();
  const stored = packInventory(parseInventory(JSON.parse(objectInfo)));
  for (const [at, url] of backendUrls.entries()) {
    const id = newId();
    const createdAt = new Date('2025-12-01T00:00:00Z');
    await Backend.query(database).insert({ id, url, name: `gpu-${at + 1}`, labels: [], createdAt });
    await saveInventory({ database, clock: systemClock }, id, stored);
  }
  const user = await createUser(database, 1_000_000);
  // It is not the first of the person's day that is settled: the row of the day is there.
  await database('person_days').insert({ userId: user.id, day: '2026-01-01', tasks: 1, gpuMs: 1 });
  const administrator = await createUser(database, 0);
  return { userId: user.id, administratorId: administrator.id, objectInfo };
}

/** The classes that the one workflow of the stories needs: a small text is read quickly. */
function describeServer(): string {
  const workflow = findBuiltin('text2img');
  if (!workflow) throw new Error('text2img ships');
  const params = workflow.params.parse({ prompt: 'a fox', seed: 1, steps: 4, width: 512, height: 512 });
  const graph = workflow.bind(params, { images: {}, outputPrefix: 'x' });
  const classes = new Set(Object.values(graph).map(({ class_type }) => class_type));
  return JSON.stringify(
    Object.fromEntries(Object.entries(fullObjectInfo).filter(([name]) => classes.has(name))),
  );
}

/** Copies of the tables that are not empty, to begin each story with. */
async function keepTables(database: Database, name: string, lacksGuards: boolean): Promise<void> {
  const [triggers] = (await database.raw(
    `SELECT trigger_name AS name FROM information_schema.triggers
     WHERE trigger_schema = DATABASE()${lacksGuards ? '' : " AND event_manipulation = 'DELETE'"}`,
  )) as [{ name: string }[]];
  // A story ends by deleting everything; that nobody else does so, tests of their own say.
  for (const trigger of triggers) await database.raw(`DROP TRIGGER ${trigger.name}`);
  for (const table of await listTables(database)) {
    const [[row]] = (await database.raw(`SELECT COUNT(*) AS n FROM ${table}`)) as [[{ n: number }]];
    if (Number(row.n) === 0) continue;
    await database.raw(`CREATE TABLE ${name}_kept.${table} AS SELECT * FROM ${table}`);
  }
}

async function listTables(database: Database): Promise<string[]> {
  const [rows] = (await database.raw(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'knex%'`,
  )) as [{ name: string }[]];
  return rows.map((row) => row.name);
}

type Ask = (sql: string) => Promise<unknown>;

/** Brings the database back to where each story begins. */
export async function createReset(ask: Ask, databaseName: string): Promise<() => Promise<void>> {
  const named = async (where: string) =>
    (
      (await ask(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND ${where}`,
      )) as { name: string }[]
    ).map(({ name }) => name);
  const kept = new Set(await named(`table_schema = '${databaseName}_kept'`));
  const tables = await named(`table_schema = '${databaseName}' AND table_name NOT LIKE 'knex%'`);
  const isFilled = tables.map((table) => `EXISTS(SELECT 1 FROM ${table}) AS ${table}`).join(', ');
  const columns = new Map<string, string>();
  for (const table of kept) {
    const rows = (await ask(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = '${databaseName}' AND table_name = '${table}' AND generation_expression IS NULL`,
    )) as { name: string }[];
    columns.set(table, rows.map(({ name }) => `\`${name}\``).join(', '));
  }
  return async () => {
    const [filled] = (await ask(`SELECT ${isFilled}`)) as [Record<string, number>];
    const statements = tables
      .filter((table) => Number(filled[table]) === 1)
      .flatMap((table) => [
        `DELETE FROM ${table}`,
        ...(kept.has(table)
          ? [
              `INSERT INTO ${table} (${columns.get(table)}) SELECT ${columns.get(table)} FROM ${databaseName}_kept.${table}`,
            ]
          : []),
      ]);
    await ask(
      [
        'SET foreign_key_checks=0',
        ...statements,
        'ALTER TABLE outbox AUTO_INCREMENT=1',
        'SET foreign_key_checks=1',
      ].join(';'),
    );
  };
}
