import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { testRedisUrl } from '@star-graph/core/testing/db/testDatabase';
import { databaseFixture } from '@star-graph/core/testing/fixture';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const db = databaseFixture();

test.each([['api/main.ts'], ['core/work/dispatch/main.ts']])(
  '%s says on an empty database how its tables are made, and leaves it empty',
  async (main) => {
    const name = `${new URL(db.url).pathname.slice(1)}_empty`;
    await db.database.raw(`CREATE DATABASE ${name}`);
    onTestFinished(() => db.database.raw(`DROP DATABASE ${name}`));
    const folder = mkdtempSync(join(tmpdir(), 'star-graph-empty-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const url = new URL(db.url);
    url.pathname = `/${name}`;
    const key = (bytes: number) => `one:${randomBytes(bytes).toString('base64url')}`;
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: url.href,
      REDIS_URL: testRedisUrl(),
      REDIS_PREFIX: name,
      DATA_DIR: folder,
      JWT_KEYS: key(64),
      DATA_KEYS: key(32),
      FILE_SIGNING_KEY: randomBytes(48).toString('base64url'),
      ADMIN_PASSWORD: 'an-administrator-of-nothing',
      API_PORT: '0',
      DISPATCHER_PORT: '0',
    };
    const child = spawn(process.execPath, [main], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, log, [code]] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, 'exit'),
    ]);
    expect(said).toBe(
      'The database that DATABASE_URL names has no tables yet. Make them with npm run migrate (npm run sg -- migrate, in containers the service migrate), then start this process again.\n',
    );
    expect([code, log]).toEqual([1, '']);
    const [tables] = await db.database.raw(`SHOW TABLES FROM ${name}`);
    expect(tables).toEqual([]);
  },
);
