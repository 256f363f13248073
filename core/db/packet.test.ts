import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/db/testDatabase.ts';
import { inHotTransaction, inTransaction, isDuplicateEntry, type Transaction } from './connect.ts';
import { affectedBy, rowsOf, type Statement, sendPacket } from './packet.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.database.raw('CREATE TABLE notes (id INT PRIMARY KEY, note_text TEXT NOT NULL)');
});
afterAll(() => db?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await db.database('notes').delete();
});

const add = (trx: Transaction, id: number, noteText: string): Statement =>
  trx('notes').insert({ id, noteText });
const notes = () => db.database('notes').orderBy('id');
const ways = { 'in one round trip': inHotTransaction, 'one after another': inTransaction };

describe.each(Object.entries(ways))('statements sent %s', (_, within) => {
  test('are answered in their order', async () => {
    const found = await within(db.database, async (trx) => {
      const [, second, changed, rows, none] = await sendPacket(trx, [
        add(trx, 1, 'a'),
        add(trx, 2, 'b'),
        trx('notes').update({ noteText: 'c' }),
        trx('notes').orderBy('id'),
        trx('notes').where({ id: 3 }).delete(),
      ]);
      return [affectedBy(second), affectedBy(changed), rowsOf(trx, rows), affectedBy(none)];
    });
    const both = [
      { id: 1, noteText: 'c' },
      { id: 2, noteText: 'c' },
    ];
    expect(found).toEqual([1, 2, both, 0]);
    expect(await notes()).toEqual(both);
  });

  test('end at the first error, and leave nothing', async () => {
    const seen: string[] = [];
    const outcome = within(db.database, async (trx) => {
      await sendPacket(trx, [
        add(trx, 1, 'a'),
        add(trx, 1, 'b'),
        trx.raw("SELECT id FROM notes WHERE GET_LOCK('reached', 0)"),
      ]).catch(async (error: unknown) => {
        const [rows] = await trx.raw("SELECT IS_USED_LOCK('reached') AS held");
        seen.push(`lock: ${rows[0].held}`);
        throw error;
      });
    });
    await expect(outcome).rejects.toSatisfy(isDuplicateEntry);
    expect(seen).toEqual(['lock: null']);
    expect(await notes()).toEqual([]);
  });

  test('hold any text as a value, and none ends a statement', async () => {
    const texts = [
      "'; DELETE FROM notes; -- ",
      "\\'; DELETE FROM notes; -- ",
      '"; DROP TABLE notes; #',
      'ends in a backslash \\',
      '?, ??, :name and \\?',
      'nul \0, line \n, ctrl-Z \x1a',
      "/*! DELETE FROM notes */ ¿'; 汉字 ʼ＇",
    ];
    await within(db.database, async (trx) => {
      await sendPacket(
        trx,
        texts.map((text, id) => add(trx, id, text)),
      );
    });
    expect(await notes()).toEqual(texts.map((noteText, id) => ({ id, noteText })));
  });
});

test('one packet is one query', async () => {
  const sent: string[] = [];
  await inHotTransaction(db.database, async (trx) => {
    trx.on('query', ({ sql }: { sql: string }) => sent.push(sql));
    await sendPacket(trx, [add(trx, 1, 'a'), add(trx, 2, 'b'), add(trx, 3, 'c')]);
  });
  const insert = 'insert into `notes` (`id`, `note_text`) values (?, ?)';
  expect(sent.filter((sql) => sql.startsWith('insert'))).toEqual([[insert, insert, insert].join(';\n')]);
});

test('outside of the hot path a connection takes one statement alone', async () => {
  await db.database('notes').insert({ id: 1, noteText: 'kept' });
  await expect(db.database.raw('SELECT 1; DELETE FROM notes')).rejects.toThrow(/syntax/);
  expect(await notes()).toHaveLength(1);
});

test('a backslash escapes in every session, as the driver takes for granted', async () => {
  for (const within of Object.values(ways)) {
    const [rows] = await within(db.database, (trx) => trx.raw('SELECT @@SESSION.sql_mode AS mode'));
    expect(rows[0].mode).not.toContain('NO_BACKSLASH_ESCAPES');
  }
});
