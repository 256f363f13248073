import type { Actor } from './world.ts';

interface Known {
  stamp: string;
  answer: unknown[];
}

/** Whether the same rows are the same answer: always, at one time, or not for certain. */
type ReadKind = 'plain' | 'of a time' | 'other';

const mostAtOnce = 50;
const isRead = /^\s*select\b/i;
const asksTime = /\bNOW\(|TIMESTAMP/i;
const asksMore = /FOR UPDATE|FOR SHARE|LOCK IN|SKIP LOCKED|_ID\(\)/i;

/**
 * Most of a story is looks that find nothing new. One that would find what the same actor found the last time is answered
 * from here, and is no step: the same as if it had been made a moment earlier.
 */
export class Reads {
  readonly #versions = new Map<string, number>();
  readonly #tablesOf = new Map<string, readonly string[]>();
  readonly #known = new Map<Actor, Map<string, Known>>();
  readonly #shared = new Map<string, Known>();
  readonly #kinds = new Map<string, ReadKind>();
  #word = /(?!)/g;
  #recalled = { step: 0, times: 0 };

  /** The names of all tables. */
  learn(tables: readonly string[]): void {
    this.#word = new RegExp(`\\b(?:${tables.join('|')})\\b`, 'g');
  }

  /** A story begins, and finds the same tables as each. */
  clear(): void {
    this.#known.clear();
    for (const [key, { stamp }] of this.#shared)
      if (/[1-9]/.test(stamp) || key.startsWith('at ')) this.#shared.delete(key);
    this.#versions.clear();
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
  share(actor: Actor, sql: string, values: unknown, nowMs: number): unknown[] | undefined {
    const kind = this.#kindOf(sql);
    if (kind === 'other') return undefined;
    const key = keyOf(sql, values);
    const known = this.#shared.get(kind === 'plain' ? key : `at ${nowMs} ${key}`);
    if (known?.stamp !== this.stampOf(sql)) return undefined;
    if (kind === 'plain') this.#keep(actor, key, known);
    return copyOf(known.answer);
  }

  /** @param answer as the driver gave it to its callback. */
  remember(actor: Actor, sql: string, values: unknown, answer: unknown[], nowMs: number): void {
    const kind = this.#kindOf(sql);
    if (answer[0] || kind === 'other') return;
    const [key, known] = [keyOf(sql, values), { stamp: this.stampOf(sql), answer: copyOf(answer) }];
    this.#shared.set(kind === 'plain' ? key : `at ${nowMs} ${key}`, known);
    if (kind === 'plain') this.#keep(actor, key, known);
  }

  #keep(actor: Actor, key: string, one: Known): void {
    const known = this.#known.get(actor) ?? new Map<string, Known>();
    this.#known.set(actor, known);
    known.set(key, one);
  }

  #kindOf(sql: string): ReadKind {
    let kind = this.#kinds.get(sql);
    if (!kind) {
      kind = !isRead.test(sql) || asksMore.test(sql) ? 'other' : asksTime.test(sql) ? 'of a time' : 'plain';
      this.#kinds.set(sql, kind);
    }
    return kind;
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
