import { type Signal, signal } from '@preact/signals';
import type { ProjectDocumentView } from '@star-graph/contract/assets/projects';
import type { RequestOf } from '@star-graph/contract/route';
import type { Routes } from '@star-graph/contract/routes';
import type { Tile } from './engine/tiles.ts';

export type SaveRequest = RequestOf<Routes['saveProject']>['body'];

/** A state of a project that the server has not got. */
export interface Unsaved {
  project: string;
  name: string;
  /** Which version it was made of. */
  version: number;
  /** The server has no such project yet. */
  isNew: boolean;
  /** Sent, and not answered: it may have been taken. */
  unanswered: SaveRequest | undefined;
  /** Squares whose file is `ownFile` are beside it. */
  document: ProjectDocumentView;
}

export const ownFile = 'journal';

/** Of a journal, as it lies in the browser. */
interface Entry extends Unsaved {
  key: string;
  userId: string;
  /** The number of its last state. */
  at: number;
}

export interface FoundUnsaved extends Unsaved {
  squares: ReadonlyMap<number, Tile>;
}

/** Where a state's squares are in the journal. */
type KeepSquare = (tile: Tile) => number;

/** What of a browser keeps it. */
export interface Keeper {
  indexedDB: IDBFactory;
  locks: LockManager;
  bound: typeof IDBKeyRange.bound;
}

/** Pages without a certificate have no locks. */
const findKeeper = (): Keeper | undefined =>
  'locks' in navigator && 'indexedDB' in globalThis
    ? { indexedDB, locks: navigator.locks, bound: IDBKeyRange.bound.bind(IDBKeyRange) }
    : undefined;

const databaseName = 'canvas';
/** In thousandths of a millisecond, as the numbers are. */
const oldest = 30 * 86_400_000_000;
const mostEntries = 20;

const answer = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (change: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error);
  });

function openDatabase({ indexedDB }: Keeper): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('entries', { keyPath: 'key' });
    request.result.createObjectStore('squares');
  };
  return answer(request);
}

const squaresOf = ({ bound }: Keeper, key: string) => bound([key, 0], [key, Number.MAX_SAFE_INTEGER]);

/** @returns what lets go of it; undefined where another page holds it. A page that ends lets go of all that it held. */
function hold({ locks }: Keeper, key: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    locks
      .request(`canvas ${key}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

/**
 * Keeps in this browser what the server has not got yet. Each page has one of its own for the project that is open; the
 * next page that opens the project goes on with that of a page that has ended.
 */
export class Journal {
  readonly key: string;
  /** The last state that it was asked to keep is in it. */
  readonly isKept: Signal<boolean> = signal(false);
  readonly #keeper: Keeper;
  readonly #database: IDBDatabase;
  readonly #userId: string;
  readonly #release: () => void;
  readonly #numbers = new WeakMap<Tile, number>();
  #kept: Set<number>;
  #next: { read?: (keep: KeepSquare) => Unsaved } | undefined;
  #running: Promise<void> | undefined;

  private constructor(
    { keeper, database, release }: { keeper: Keeper; database: IDBDatabase; release: () => void },
    { key, userId, squares }: { key: string; userId: string; squares: ReadonlyMap<number, Tile> },
  ) {
    this.#keeper = keeper;
    this.#database = database;
    this.key = key;
    this.#userId = userId;
    this.#release = release;
    this.#kept = new Set(squares.keys());
    for (const [number, tile] of squares) this.#numbers.set(tile, number);
  }

  /**
   * @param project without one, it is that of a project which the server never got
   * @returns no journal where the browser has none to give
   */
  static async open(
    userId: string,
    project?: string,
    keeper = findKeeper(),
  ): Promise<{ journal?: Journal; found?: FoundUnsaved }> {
    // Private windows of some browsers have no database.
    const database = keeper && (await openDatabase(keeper).catch(() => undefined));
    if (!keeper || !database) return {};
    for (const entry of await listEntries(keeper, database, userId)) {
      if (project === undefined ? !entry.isNew : entry.project !== project) continue;
      const release = await hold(keeper, entry.key);
      if (!release) continue;
      // It may have ended well since it was listed.
      const now = await readEntry(database, entry.key);
      if (!now) {
        release();
        continue;
      }
      const squares = await readSquares(keeper, database, entry.key);
      return {
        journal: new Journal({ keeper, database, release }, { key: entry.key, userId, squares }),
        found: { ...now, squares },
      };
    }
    const key = crypto.randomUUID();
    const release = await hold(keeper, key);
    if (!release) return {};
    return { journal: new Journal({ keeper, database, release }, { key, userId, squares: new Map() }) };
  }

  /** Writes what there is; of several in a row the last one counts. */
  keep(read: (keep: KeepSquare) => Unsaved): void {
    this.isKept.value = false;
    this.#ask({ read });
  }

  /** The server has it all. */
  clear(): Promise<void> {
    return this.#ask({});
  }

  /** Lets another page have it, once all is written. */
  async close(): Promise<void> {
    await this.#running;
    this.#database.close();
    this.#release();
  }

  #ask(next: { read?: (keep: KeepSquare) => Unsaved }): Promise<void> {
    this.#next = next;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    while (this.#next) {
      const { read } = this.#next;
      this.#next = undefined;
      // A full disk keeps nothing: the page says so for as long as it is not saved, and the next change tries again.
      const isDone = await (read ? this.#write(read) : this.#empty()).then(
        () => true,
        () => false,
      );
      if (!this.#next) this.isKept.value = isDone && read !== undefined;
    }
  }

  async #write(read: (keep: KeepSquare) => Unsaved): Promise<void> {
    const used = new Map<number, Tile>();
    const unsaved = read((tile) => {
      const number = this.#numbers.get(tile) ?? nextNumber();
      this.#numbers.set(tile, number);
      used.set(number, tile);
      return number;
    });
    const change = this.#database.transaction(['entries', 'squares'], 'readwrite');
    const written = done(change);
    const squares = change.objectStore('squares');
    for (const [number, tile] of used) if (!this.#kept.has(number)) squares.put(tile, [this.key, number]);
    for (const number of this.#kept) if (!used.has(number)) squares.delete([this.key, number]);
    const entry: Entry = { ...unsaved, key: this.key, userId: this.#userId, at: nextNumber() };
    change.objectStore('entries').put(entry);
    await written;
    this.#kept = new Set(used.keys());
  }

  async #empty(): Promise<void> {
    await removeEntry(this.#keeper, this.#database, this.key);
    this.#kept = new Set();
  }
}

let numbers = Date.now() * 1_000;
/** Larger than any of an earlier page. */
const nextNumber = (): number => ++numbers;

async function readSquares(keeper: Keeper, database: IDBDatabase, key: string): Promise<Map<number, Tile>> {
  const range = squaresOf(keeper, key);
  const store = database.transaction('squares').objectStore('squares');
  const [keys, tiles] = await Promise.all([answer(store.getAllKeys(range)), answer(store.getAll(range))]);
  return new Map(keys.map((one, at) => [(one as [string, number])[1], tiles[at] as Tile]));
}

const readEntry = (database: IDBDatabase, key: string): Promise<Entry | undefined> =>
  answer(database.transaction('entries').objectStore('entries').get(key));

async function removeEntry(keeper: Keeper, database: IDBDatabase, key: string): Promise<void> {
  const change = database.transaction(['entries', 'squares'], 'readwrite');
  const written = done(change);
  change.objectStore('entries').delete(key);
  change.objectStore('squares').delete(squaresOf(keeper, key));
  await written;
}

/** The person's, newest first. What is old, or too much, goes, unless a page is at it. */
async function listEntries(keeper: Keeper, database: IDBDatabase, userId: string): Promise<Entry[]> {
  const now = nextNumber();
  const all = (await answer(
    database.transaction('entries').objectStore('entries').getAll(),
  )) as readonly Entry[];
  const sorted = all.toSorted((a, b) => b.at - a.at);
  const old = sorted.filter(({ at }, nth) => nth >= mostEntries || now - at > oldest);
  for (const { key } of old) {
    const release = await hold(keeper, key);
    if (!release) continue;
    await removeEntry(keeper, database, key);
    release();
  }
  return sorted.filter((entry) => entry.userId === userId && !old.includes(entry));
}
