import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { writePrepared } from '@star-graph/core/ground/db/prepared';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Gate, openGate } from './gate.ts';
import { createStatementReader } from './statementReader.ts';

describe('a statement reader', () => {
  const packet = (number: number, body: Buffer): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUIntLE(body.length, 0, 3);
    header[3] = number;
    return Buffer.concat([header, body]);
  };
  const query = (sql: string) => packet(0, Buffer.from(`\x03${sql}`));
  const stream = Buffer.concat([
    packet(1, Buffer.from('\x03a login that begins like a statement')),
    query('BEGIN;'),
    query(`insert into t values ('${'x'.repeat(20_000)}')`),
    packet(0, Buffer.from('\x0e')),
    query('COMMIT;'),
  ]);

  test.for([1, 3, 1_000, 1_000_000])('finds each statement in chunks of %i bytes', (bytes) => {
    const seen: string[] = [];
    const reader = createStatementReader((sql) => seen.push(sql.slice(0, 20)));
    for (let at = 0; at < stream.length; at += bytes) reader.push(stream.subarray(at, at + bytes));
    expect(seen).toEqual(['BEGIN;', 'insert into t values', 'COMMIT;']);
  });
});

describe('a gate', () => {
  let db: TestDatabase;
  let gate: Gate;
  let through: Database;
  /** Connections that go through the gate. */
  const connectThrough = (limits: { statementTimeoutMs: number; idleSessionMs: number }) => {
    through = connectDatabase({ url: gate.url, poolSize: 2, ...limits });
  };

  beforeEach(async () => {
    db = await createTestDatabase();
    await db.database.raw('CREATE TABLE rooms (id INT PRIMARY KEY, n INT NOT NULL)');
    await db.database('rooms').insert({ id: 1, n: 0 });
    gate = await openGate(db.url);
  });
  afterEach(async () => {
    gate.restore();
    gate.endSilent();
    await through.destroy();
    await gate.close();
    await db[Symbol.asyncDispose]();
  });

  test('holds the answer of the awaited statement, with its locks, until released', async () => {
    // Held back for as long as a busy machine needs to check.
    connectThrough({ statementTimeoutMs: 60_000, idleSessionMs: 60_000 });
    const { promise: seen, resolve: see } = Promise.withResolvers<void>();
    const hold = gate.holdAt((sql) => sql.startsWith('update `rooms`'), see);
    const moved = through.transaction((trx) => trx('rooms').where({ id: 1 }).update({ n: 7 }));
    await seen;
    // The gate has seen the statement pass; the server takes its lock a moment later.
    await expect
      .poll(async () => {
        const [rows] = await db.database.raw('SELECT id FROM rooms WHERE id = 1 FOR UPDATE SKIP LOCKED');
        return rows;
      })
      .toEqual([]);
    hold.release();
    expect(await moved).toBe(1);
    expect(await db.database('rooms').first()).toEqual({ id: 1, n: 7 });
  });

  test('sees a prepared statement whenever it is executed, by any connection', async () => {
    const sql = 'UPDATE rooms SET n = n + ? WHERE id = ?';
    const seen: string[] = [];
    gate.holdAt(
      (statement) => {
        if (statement.startsWith('UPDATE rooms')) seen.push(statement);
        return false;
      },
      () => undefined,
    );
    // A server goes on counting where it uses the thread of an ended connection again.
    for (let at = 0; at < 3; at++) {
      const one = connectDatabase({ url: gate.url, poolSize: 1 });
      for (let times = 0; times < 2; times++) expect(await writePrepared(one, sql, [1, 1])).toBe(1);
      await one.destroy();
    }
    connectThrough({ statementTimeoutMs: 60_000, idleSessionMs: 60_000 });
    expect(await through('rooms').first()).toEqual({ id: 1, n: 6 });
    expect(seen).toEqual(Array(6).fill(sql));
  });

  test('silently loses open connections on both sides and lets new ones work', async () => {
    // Waited for once each, and longer than a busy machine stands still between two statements.
    connectThrough({ statementTimeoutMs: 6_000, idleSessionMs: 6_000 });
    const trx = await through.transaction();
    await trx('rooms').where({ id: 1 }).update({ n: 7 });
    gate.silence();
    gate.restore();
    await expect(trx('rooms').first()).rejects.toThrow('no answer from the database');
    await trx.rollback();
    expect(await through('rooms').first()).toEqual({ id: 1, n: 0 });
    // The server received no end of the connection: it waits for its own time-out and then rolls back.
    const waiting = connectDatabase({
      url: db.url,
      poolSize: 1,
      lockWaitMs: 30_000,
      statementTimeoutMs: 60_000,
    });
    expect(await waiting('rooms').where({ id: 1 }).increment('n', 1)).toBe(1);
    expect(await waiting('rooms').first()).toEqual({ id: 1, n: 1 });
    await waiting.destroy();
  });
});
