import type { Actor } from './world.ts';

interface Known {
  stamp: string;
  answer: unknown[];
}

const mostAtOnce = 50;
const isRead = /^\s*select\b/i;
const asksMore = /\bNOW\(|TIMESTAMP|FOR UPDATE|FOR SHARE|LOCK IN|SKIP LOCKED|_ID\(\)/i;

/**
 * Most of a story is looks that find nothing new. One that would find what the same actor found the last time is answered
 * from here, and is no step: the same as if it had been made a moment earlier.
 */
export class Reads {
  readonly #versions = new Map<string, number>();
  readonly #tablesOf = new Map<string, readonly string[]>();
  readonly #known = new Map<Actor, Map<string, Known>>();
  readonly #shared = new Map<string, Known>();
  readonly #plain = new Map<string, boolean>();
  #word = /(?!)/g;
  #recalled = { step: 0, times: 0 };

  /** The names of all tables. */
  learn(tables: readonly string[]): void {
    this.#word = new RegExp(`\\b(?:${tables.join('|')})\\b`, 'g');
  }

  /** A story begins. */
  clear(): void {
    this.#known.clear();
    this.#shared.clear();
  }

  tablesIn(sql: string): readonly string[] {
    let tables = this.#tablesOf.get(sql);
    if (!tables) {
      tables = [...new Set(sql.match(this.#word))];
      this.#tablesOf.set(sql, tables);
    }
    return tables;
  }

  noteChange(tables: Iterable<string>): void {
    for (const table of tables) this.#versions.set(table, (this.#versions.get(table) ?? 0) + 1);
  }

  /** Undefined where it has to be asked; so are all after some in one step, or who asks in a circle never ends. */
  recall(actor: Actor, sql: string, values: unknown, step: number): unknown[] | undefined {
    if (this.#recalled.step !== step) this.#recalled = { step, times: 0 };
    const known = this.#known.get(actor)?.get(keyOf(sql, values));
    if (known?.stamp !== this.stampOf(sql) || this.#recalled.times >= mostAtOnce) return undefined;
    this.#recalled.times += 1;
    return known.answer;
  }

  /** What the server would answer, because it answered that to anybody and nothing has changed. */
  share(actor: Actor, sql: string, values: unknown): unknown[] | undefined {
    if (!this.#isPlain(sql)) return undefined;
    const known = this.#shared.get(keyOf(sql, values));
    if (known?.stamp !== this.stampOf(sql)) return undefined;
    this.#keep(actor, keyOf(sql, values), known);
    return copyOf(known.answer);
  }

  /** @param answer as the driver gave it to its callback. */
  remember(actor: Actor, sql: string, values: unknown, answer: unknown[]): void {
    if (answer[0] || !this.#isPlain(sql)) return;
    this.#keep(actor, keyOf(sql, values), { stamp: this.stampOf(sql), answer: copyOf(answer) });
  }

  #keep(actor: Actor, key: string, one: Known): void {
    const known = this.#known.get(actor) ?? new Map<string, Known>();
    this.#known.set(actor, known);
    known.set(key, one);
    this.#shared.set(key, one);
  }

  #isPlain(sql: string): boolean {
    let isPlain = this.#plain.get(sql);
    if (isPlain === undefined) {
      isPlain = isRead.test(sql) && !asksMore.test(sql);
      this.#plain.set(sql, isPlain);
    }
    return isPlain;
  }

  /** Changes whenever a table may have changed that stands in the text. */
  stampOf(sql: string): string {
    return this.tablesIn(sql)
      .map((table) => this.#versions.get(table) ?? 0)
      .join(' ');
  }
}

const keyOf = (sql: string, values: unknown): string => `${sql} ${JSON.stringify(values)}`;

/** Whoever reads rows may change them. */
export const copyOf = ([error, rows, fields]: unknown[]): unknown[] => [
  error,
  Array.isArray(rows) ? rows.map((row) => ({ ...(row as object) })) : rows,
  fields,
];
