import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { dropResult } from './asked.ts';
import { createTile, type Tile } from './engine/tiles.ts';
import { Journal, type Keeper, ownFile, type Unsaved } from './journal.ts';

const newBrowser = (): Keeper => ({
  indexedDB: new IDBFactory(),
  locks: navigator.locks,
  bound: IDBKeyRange.bound.bind(IDBKeyRange),
});

const frame = { x: 0, y: 0, width: 512, height: 512 };
const tileOf = (value: number): Tile => createTile().fill(value);

const stateOf =
  (project: string, tiles: readonly Tile[]) =>
  (keep: (tile: Tile) => number): Unsaved => ({
    project,
    name: 'poster',
    version: 3,
    isNew: false,
    unanswered: undefined,
    document: {
      frame,
      prompt: tiles.map(keep).join(),
      layers: [],
      candidates: [],
      files: [ownFile],
    },
  });

const open = async (browser: Keeper, project?: string, userId = 'ann') => {
  const { journal, found } = await Journal.open(userId, project, browser);
  if (!journal) throw new Error('there is no journal');
  return { journal, found };
};

const kept = (journal: Journal): Promise<void> =>
  new Promise((resolve) => {
    const stop = journal.isKept.subscribe((isKept) => {
      if (!isKept) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });

test('the next page goes on with what a page that ended could not save', async () => {
  const browser = newBrowser();
  const first = await open(browser, 'one');
  const [a, b, c] = [tileOf(1), tileOf(2), tileOf(3)];
  first.journal.keep(stateOf('one', [a, b]));
  first.journal.keep(stateOf('one', [b, c]));
  await kept(first.journal);
  // A second page beside the first one does not take what the first is at.
  const beside = await open(browser, 'one');
  expect(beside.found).toBeUndefined();
  await first.journal.close();
  expect((await open(browser, 'one', 'bob')).found).toBeUndefined();
  expect((await open(browser, 'two')).found).toBeUndefined();
  const next = await open(browser, 'one');
  expect(next.found).toMatchObject({ project: 'one', version: 3, document: { frame } });
  expect([...(next.found?.squares.values() ?? [])]).toEqual([b, c]);
  expect(next.found?.document.prompt).toBe([...(next.found?.squares.keys() ?? [])].join());
  await next.journal.clear();
  await next.journal.close();
  expect((await open(browser, 'one')).found).toBeUndefined();
});

test('a browser keeps the newest twenty of what was not saved', async () => {
  const browser = newBrowser();
  for (let nth = 0; nth < 21; nth++) {
    const { journal } = await open(browser, `project ${nth}`);
    journal.keep(stateOf(`project ${nth}`, [tileOf(nth)]));
    await kept(journal);
    await journal.close();
  }
  expect((await open(browser, 'project 0')).found).toBeUndefined();
  expect((await open(browser, 'project 1')).found?.squares.size).toBe(1);
});

test('a discarded result stays discarded with the project, and its press goes with the last', () => {
  const others = { key: 'two', frame };
  const first = dropResult([{ key: 'one', frame }, others], { key: 'one', output: 'a', left: 1 });
  expect(first).toEqual([{ key: 'one', frame, dropped: ['a'] }, others]);
  expect(dropResult(first, { key: 'one', output: 'b', left: 0 })).toEqual([others]);
});
