import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordStatements } from '../../testing/db/statements.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import {
  inHotTransaction,
  inOnePacket,
  inTransaction,
  isDuplicateEntry,
  isUnmet,
  type Transaction,
} from './connect.ts';
import {
  affectedBy,
  insertAll,
  insertInto,
  keptTexts,
  requireMet,
  rowsOf,
  type Statement,
  sendPacket,
} from './packet.ts';
import { isPassing } from './retryWrite.ts';

const db = databaseFixture();
beforeAll(async () => {
  await db.database.raw('CREATE TABLE notes (id INT PRIMARY KEY, note_text TEXT NOT NULL)');
});
beforeEach(async () => {
  await db.database('notes').delete();
});

const add = (trx: Transaction, id: number, noteText: string): Statement =>
  trx('notes').insert({ id, noteText });
const notes = () => db.database('notes').orderBy('id');
const ways = { 'in one round trip': inHotTransaction, 'one after another': inTransaction };

describe.each(Object.entries(ways))('statements sent %s', (_, within) => {
  test('larger than the server takes are refused for ever', async () => {
    const large = within(db.database, (trx) => sendPacket(trx, [add(trx, 1, 'x'.repeat(20_000_000))]));
    await expect(large).rejects.toSatisfy((error) => !isPassing(error));
    expect(await notes()).toEqual([]);
  });

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

test('an INSERT puts each value into its column, in any order', async () => {
  await inHotTransaction(db.database, async (trx) => {
    await sendPacket(trx, [
      insertInto(trx, 'notes', [{ id: 1, noteText: 'a' }]),
      insertInto(trx, 'notes', [{ noteText: 'b', id: 2 }]),
      insertInto(trx, 'notes', [
        { id: 3, noteText: 'c' },
        { noteText: 'd', id: 4 },
      ]),
    ]);
    expect(() => insertInto(trx, 'notes', [{ id: 5, noteText: 'e' }, { id: 6 }])).toThrow('no noteText');
  });
  const texts = (await notes()).map(({ id, noteText }) => `${id} ${noteText}`);
  expect(texts).toEqual(['1 a', '2 b', '3 c', '4 d']);
});

test('rows and packets of many megabytes go in parts of one, all or nothing', async () => {
  const many = Array.from({ length: 40 }, (_, id) => ({ id, noteText: "'".repeat(60_000) }));
  const lengths: number[] = [];
  const write = (last: Statement | undefined) =>
    inHotTransaction(db.database, async (trx) => {
      const added = many.map((row) => insertInto(trx, 'notes', [row]));
      const statements = [...added, ...(last ? [last] : [])];
      return sendPacket(trx, statements, { commits: true });
    });
  using sent = recordStatements(new URL(db.url).pathname.slice(1));
  expect((await write(undefined)).map(affectedBy)).toEqual(many.map(() => 1));
  await db.database('notes').delete();
  await inHotTransaction(db.database, (trx) =>
    sendPacket(trx, insertAll(trx, 'notes', many), { commits: true }),
  );
  lengths.push(...sent.list().map(({ samples }) => samples.slowest.length));
  expect(Math.max(...lengths)).toBeLessThan(1.1 * 1024 * 1024);
  expect(await notes()).toEqual(many);
  await db.database('notes').delete();
  await expect(write(db.database('notes').insert({ id: 3, noteText: 'twice' }))).rejects.toSatisfy(
    isDuplicateEntry,
  );
  expect(await notes()).toEqual([]);
});

test('texts of INSERT are kept for few rows alone', async () => {
  await inHotTransaction(db.database, async (trx) => {
    const insert = (rows: number) =>
      insertAll(
        trx,
        'notes',
        Array.from({ length: rows }, (_, id) => ({ id, noteText: 'a' })),
      );
    insert(1);
    const before = keptTexts();
    for (let rows = 1; rows <= 200; rows++) insert(rows);
    expect(keptTexts() - before).toBeLessThan(8);
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

const waysToCommit = { 'in a transaction': inHotTransaction, 'by itself': inOnePacket };

describe.each(Object.entries(waysToCommit))('a packet that commits %s', (_way, within) => {
  test('commits once, and needs no BEGIN', async () => {
    using sent = recordStatements(new URL(db.url).pathname.slice(1));
    const answers = await within(db.database, (trx) =>
      sendPacket(trx, [add(trx, 1, 'a'), trx('notes').orderBy('id')], { commits: true }),
    );
    // A new connection sets up its session first.
    const statements = sent.list().filter(({ shape }) => !shape.startsWith('SET '));
    expect(statements.map(({ shape, count }) => [shape, count])).toEqual([
      ['insert into `notes` (`id`, `note_text`) values (?)', 1],
      ['select * from `notes` order by `id` asc', 1],
      ['COMMIT', 1],
    ]);
    expect(answers).toMatchObject([{ affectedRows: 1 }, [{ id: 1 }]]);
    expect(await notes()).toHaveLength(1);
  });

  test('leaves nothing when a statement before its end fails', async () => {
    await db.database('notes').insert({ id: 2, noteText: 'there' });
    const outcome = within(db.database, (trx) =>
      sendPacket(trx, [add(trx, 1, 'a'), add(trx, 2, 'b')], { commits: true }),
    );
    await expect(outcome).rejects.toSatisfy(isDuplicateEntry);
    expect(await notes()).toEqual([{ id: 2, noteText: 'there' }]);
  });

  test.each([
    ['by itself', (trx: Transaction) => trx('notes').where({ id: 9 }).delete(), 5],
    ['by the INSERT after it', (trx: Transaction) => insertInto(trx, 'notes', [{ id: 9, noteText: 'b' }]), 4],
  ])('is refused %s where an update met no row', async (_, next, statements) => {
    const change = (id: number) =>
      within(db.database, (trx) => {
        const changed = trx('notes').where({ id: 7 }).update({ noteText: 'a' });
        return sendPacket(trx, [add(trx, id, 'a'), changed, requireMet(trx), next(trx)], { commits: true });
      });
    await expect(change(1)).rejects.toSatisfy(isUnmet);
    expect(await notes()).toEqual([]);
    using sent = recordStatements(new URL(db.url).pathname.slice(1));
    const answers = await change(7);
    expect([answers.length, affectedBy(answers[1]), answers[2]]).toEqual([4, 1, expect.any(Array)]);
    const own = sent.list().filter(({ shape }) => /notes|met/.test(shape));
    expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(statements - 1);
  });

  test('is the last of its transaction', async () => {
    const outcome = within(db.database, async (trx) => {
      await sendPacket(trx, [add(trx, 1, 'a')], { commits: true });
      await sendPacket(trx, [add(trx, 2, 'b')]);
    });
    await expect(outcome).rejects.toThrow(/after the COMMIT|one packet/);
    expect(await notes()).toHaveLength(1);
  });
});

test('a rolled-back transaction leaves nothing, and its connection serves the next', async () => {
  for (let times = 0; times < 3; times++) {
    const outcome = inHotTransaction(db.database, async (trx) => {
      await sendPacket(trx, [add(trx, 1, 'a')]);
      await trx('notes').insert({ id: 2, noteText: 'b' });
      throw new Error('given up');
    });
    await expect(outcome).rejects.toThrow('given up');
    await inHotTransaction(db.database, async () => undefined);
    expect(await notes()).toEqual([]);
  }
});

test.each<[string, typeof inHotTransaction, (trx: Transaction) => Promise<unknown>]>([
  [
    'its last packet committed',
    inHotTransaction,
    (trx) => sendPacket(trx, [add(trx, 1, 'a')], { commits: true }),
  ],
  ['was committed after a packet', inHotTransaction, (trx) => sendPacket(trx, [add(trx, 1, 'a')])],
  [
    'was refused in its last packet',
    inHotTransaction,
    (trx) => sendPacket(trx, [add(trx, 1, 'a'), add(trx, 1, 'a')]),
  ],
  [
    'was given up',
    inHotTransaction,
    async (trx) => {
      await trx('notes').insert({ id: 1, noteText: 'a' });
      throw new Error('given up');
    },
  ],
  ['was one packet', inOnePacket, (trx) => sendPacket(trx, [add(trx, 1, 'a')], { commits: true })],
  [
    'was one packet and refused',
    inOnePacket,
    (trx) => sendPacket(trx, [add(trx, 1, 'a'), add(trx, 1, 'a')], { commits: true }),
  ],
])('a transaction that %s is over on its connection', async (_, within, work) => {
  const own = (trx: Transaction) => trx.raw('SELECT CONNECTION_ID() AS id, @@in_transaction AS open');
  const before = (await inHotTransaction(db.database, own))[0][0].id;
  await Promise.allSettled([within(db.database, work)]);
  const [[{ id, open }]] = await inHotTransaction(db.database, own);
  expect([id, open]).toEqual([before, 0]);
});

test('work of one packet sends it whole and commits, and can send nothing else', async () => {
  const send = (work: (trx: Transaction) => Promise<unknown>) => inOnePacket(db.database, work);
  await expect(send((trx) => sendPacket(trx, [add(trx, 1, 'a')]))).rejects.toThrow('commits');
  await expect(send(async (trx) => await add(trx, 1, 'a'))).rejects.toThrow('without a transaction');
  await expect(send((trx) => trx.raw('DELETE FROM notes'))).rejects.toThrow('without a transaction');
  expect(await notes()).toEqual([]);
});

test('a connection of the hot path takes no statement outside of a transaction', async () => {
  const connection = await inHotTransaction(db.database, async (trx) => {
    await sendPacket(trx, [add(trx, 1, 'a')]);
    return trx.client.acquireConnection();
  });
  const error = await new Promise((told) => connection.query({ sql: 'DELETE FROM notes' }, [], told));
  expect(error).toMatchObject({ message: expect.stringContaining('without a transaction') });
  expect(await notes()).toHaveLength(1);
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
