import { EventEmitter } from 'node:events';
import { type Moment, momentOf } from './moments.ts';
import { copyOf, type Reads } from './reads.ts';
import { type Done, type Session, tellTime } from './sessions.ts';
import type { Actor, Fate, World } from './world.ts';

/** @param before statements that go with it in one packet. */
type Send = (session: Session, before: readonly string[], done: Done) => void;

/** A statement that waits for a lock. */
export interface Waiter {
  line: Line;
  session: Session;
  text: string;
  call: Call;
  answer: unknown[] | undefined;
  /** A change, when it is granted. */
  commits: boolean;
}

/** What the lines of all actors share. */
export interface LineHost {
  readonly faults: { judge(isWrite: boolean): Fate };
  readonly lines: Set<Line>;
  readonly waiters: Set<Waiter>;
  readonly lineNumbers: Map<string, number>;
  readonly reads: Reads;
  lockWaits: number;
  /** Statements that the server refused since a row had changed. */
  refusals: number;
  /** Who committed a change since it was asked last. */
  readonly changedBy: Set<Actor>;
  takeSession(): Promise<Session>;
  release(session: Session): Promise<void>;
  killQuery(session: Session): Promise<void>;
  isWaiting(session: Session): Promise<boolean>;
  settle(): Promise<void>;
}

interface Asked {
  sql: string;
  values: unknown;
  text: string;
  call: Call;
  send: Send;
  /** It is none of the moves that matter. */
  isLook: boolean;
}

/** A statement whose answer is awaited. */
export interface Call {
  done: Done;
  isOver: boolean;
}

/** One that works answers within this time mostly; one that waits for a lock does not. */
const soonMs = 6;
/** As the platform asks the server to. */
const idleSessionMs = 15_000;
const connectTimeoutMs = 5_000;
const longestStatementMs = 20_000;

const lostConnection = () =>
  Object.assign(new Error('Connection lost: The server closed the connection.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });
const lockWaitTimeout = () =>
  Object.assign(new Error('Lock wait timeout exceeded; try restarting transaction'), {
    code: 'ER_LOCK_WAIT_TIMEOUT',
    errno: 1205,
  });

/** Of the rules that are checked after a commit: leases and reports are renewed all the time, and break none. */
const checkedTables = /\b(tasks|attempts|slots|ledger_entries|transfers|balances|outbox|assets)\b/;
const changing = /\b(INSERT|UPDATE|DELETE|REPLACE)\b/i;
/** A statement that reads and writes was refused since another changed what it read. No statement of ours does both. */
const changedSinceRead = 1020;
const errnoOf = (error: unknown): number | undefined =>
  (error as { errno?: number } | null | undefined)?.errno;

const texts = new Map<string, TextFacts>();

/** What a statement is, by its text. */
function factsOf(sql: string): TextFacts {
  let facts = texts.get(sql);
  if (!facts) {
    const line = sql.replace(/\s+/g, ' ').trim();
    facts = {
      line,
      text: line.length <= 90 ? line : `${line.slice(0, 70)} … ${line.slice(-17)}`,
      isBegin: /^BEGIN;?$/.test(sql),
      begins: /^\s*(BEGIN|START TRANSACTION)/i.test(sql),
      commits: /(?:^|\n)COMMIT;?$/.test(sql),
      ends: /(?:^|\n)(COMMIT|ROLLBACK);?$/.test(sql),
      writes: /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql),
      changes: changing.test(sql),
      touches: checkedTables.test(sql) && changing.test(sql),
      readsTime: /NOW\(|TIMESTAMP|CURRENT_/i.test(sql),
      leaves: /BEGIN|INSERT|REPLACE|_ID\(/i.test(sql),
    };
    texts.set(sql, facts);
  }
  return facts;
}

interface TextFacts {
  /** All of it. */
  line: string;
  /** Short, and without values. */
  text: string;
  isBegin: boolean;
  begins: boolean;
  commits: boolean;
  ends: boolean;
  writes: boolean;
  changes: boolean;
  /** A table that the rules look at. */
  touches: boolean;
  /** Columns have no such default. */
  readsTime: boolean;
  /** An open transaction, if it fails half way, or a number that LAST_INSERT_ID() shows. */
  leaves: boolean;
}

/** A connection of an actor, as the driver would give it. */
export class Line extends EventEmitter {
  readonly actor: Actor;
  readonly stream: { destroyed: boolean; destroy(reason: Error): void };
  readonly config = {};
  _fatalError: Error | undefined;
  _closing = false;
  readonly #host: LineHost;
  readonly #world: World;
  readonly #lane: string;
  #session: Session | undefined;
  #call: Call | undefined;
  #isInTransaction = false;
  /** The first move that matters of the open transaction. */
  #opening: Moment | undefined;
  #hasTouched = false;
  /** A BEGIN that goes with the next statement: alone it does nothing. */
  #beginsNext = false;
  /** The last was a packet that begins and commits. */
  #wasPacket = false;
  /** It failed, and what came before that is still open: a BEGIN would commit it. */
  #isHalfDone = false;
  /** Tables that the open transaction changed. */
  readonly #changed = new Set<string>();
  #lockWaitMs = 4_000;
  #stopIdle: (() => void) | undefined;

  /** On the server each statement of it begins a transaction where none is open. */
  readonly #isWithoutAutocommit: boolean;

  constructor(host: LineHost, world: World, actor: Actor, isWithoutAutocommit: boolean) {
    super();
    this.#isWithoutAutocommit = isWithoutAutocommit;
    this.#host = host;
    this.#world = world;
    this.actor = actor;
    const number = (host.lineNumbers.get(actor.name) ?? 0) + 1;
    host.lineNumbers.set(actor.name, number);
    this.#lane = `${actor.name} db${number}`;
    host.lines.add(this);
    const destroy = (reason: Error) => {
      this.stream.destroyed = true;
      this.#fail(reason);
      this.#serverEnds();
    };
    this.stream = { destroyed: false, destroy };
  }

  #isCutOff(): boolean {
    return (this.actor.cutUntilMs.get('database') ?? 0) > this.#world.nowMs();
  }

  connect(done: (error: Error | null) => void): void {
    this.#world.stir();
    if (!this.#isCutOff()) {
      queueMicrotask(() => done(null));
      return;
    }
    const refused = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', fatal: true });
    this.actor.clock.after(connectTimeoutMs, () => done(refused));
  }

  query(...given: unknown[]): void {
    const done = given.pop() as Done;
    const [options, values] = given as [string | { sql: string }, unknown[] | undefined];
    const sql = typeof options === 'string' ? options : options.sql;
    const canned = this.#answerSetUp(sql);
    if (canned) {
      queueMicrotask(() => done(null, canned));
      return;
    }
    const isNew = this.#isWithoutAutocommit && !this.#isInTransaction && !this.#isHalfDone;
    const begins = isNew ? ['BEGIN'] : [];
    this.#park([...begins, sql].join(';\n'), values, done, ({ real }, told, answer) => {
      const before = [...told, ...begins];
      const text = [...before, sql].join(';\n');
      const whole = typeof options === 'string' ? text : { ...options, sql: text };
      const own: Done = (error, rows, fields) =>
        error ? answer(error) : answer(null, without(before, rows), without(before, fields));
      real.query(whole, values, before.length > 0 ? own : answer);
    });
  }

  /** What each new connection asks for: the real ones have it already. */
  #answerSetUp(sql: string): unknown {
    if (/^select version\(\)/i.test(sql)) return [{ version: '11.8.6-MariaDB' }];
    if (!/^\s*SET SESSION/i.test(sql)) return undefined;
    const seconds = /innodb_lock_wait_timeout=(\d+)/.exec(sql)?.[1];
    if (seconds !== undefined) this.#lockWaitMs = Number(seconds) * 1_000;
    return { affectedRows: 0 };
  }

  execute(...given: unknown[]): void {
    const done = given.pop() as Done;
    const [sql, values] = given as [string, unknown[]];
    this.#park(sql, values, done, ({ real }, before, answer) => {
      // The connection sends one after the other by itself.
      if (before.length > 0) real.query(before.join(';'), undefined, () => undefined);
      real.execute(sql, values, answer);
    });
  }

  end(done?: (error: Error | null) => void): void {
    this._closing = true;
    this.#serverEnds();
    if (done) queueMicrotask(() => done(null));
  }

  destroy(): void {
    this.stream.destroy(lostConnection());
  }

  /** The process is gone, and nobody waits for an answer. */
  vanish(): void {
    this.#call = undefined;
    this._closing = true;
    this.#serverEnds();
  }

  /** The story is over. */
  drop(): void {
    this.#host.lines.delete(this);
    this.#call = undefined;
    this.#session = undefined;
  }

  #park(sql: string, values: unknown, done: Done, send: Send): void {
    const dead = this._fatalError ?? (this._closing ? lostConnection() : undefined);
    if (dead) {
      queueMicrotask(() => done(dead));
      return;
    }
    const { text, line } = factsOf(sql);
    const call: Call = { done, isOver: false };
    this.#call = call;
    this.#world.stir();
    // A packet into a cut line is never answered.
    if (this.#isCutOff()) return;
    if (sql.startsWith('INSERT INTO dispatchers')) this.actor.identity = String((values as unknown[])[0]);
    const known = this.#isInTransaction
      ? undefined
      : this.#host.reads.recall(this.actor, sql, values, this.#world.steps);
    if (known) {
      queueMicrotask(() => this.#answer(call, copyOf(known)));
      return;
    }
    const opening = this.#isInTransaction ? this.#opening : undefined;
    const moment = (opening && momentOf(`${line} of “${opening}”`)) ?? momentOf(line);
    this.#opening = opening ?? moment;
    const act = async ({ fate }: { fate: Fate | undefined }) =>
      this.#run({ sql, values, text, call, send, isLook: moment === undefined }, fate);
    this.#world.park({ actor: this.actor, lane: this.#lane, text, moment, about: values, act });
  }

  async #run(
    { sql, values, text, call, send, isLook }: Asked,
    drawn: Fate | undefined,
  ): Promise<string | undefined> {
    if (call.isOver) return 'nobody asks any more';
    const facts = factsOf(sql);
    const isWrite = facts.commits || (!this.#isInTransaction && facts.writes);
    // Whether a look is answered late matters to nobody.
    const isPlainLook = isLook && !isWrite && !this.#isInTransaction;
    const breaks = isPlainLook && this.actor.looksBreakUntilMs > this.#world.nowMs();
    const fate = breaks
      ? 'never sent'
      : (drawn ?? (isPlainLook ? 'at once' : this.#host.faults.judge(isWrite)));
    if (fate === 'never sent') {
      this.#fail(lostConnection());
      this.#serverEnds();
      return 'the connection breaks before it is sent';
    }
    this.#session ??= await this.#host.takeSession();
    const session = this.#session;
    const { reads } = this.#host;
    this.#noteTransaction(facts);
    this.#hasTouched ||= facts.touches;
    if (facts.changes) for (const table of reads.tablesIn(sql)) this.#changed.add(table);
    reads.noteChange(this.#changed);
    session.isTouched ||= this.#isInTransaction || facts.leaves;
    const known = this.#knowAnswer(sql, values);
    const answered = Promise.withResolvers<unknown[]>();
    if (!known) {
      const before = this.#beginsNext ? ['BEGIN'] : [];
      if (facts.readsTime) before.push(...tellTime(session, this.#world.nowMs()));
      send(session, before, (...given) => answered.resolve(given));
    }
    this.#beginsNext = facts.isBegin;
    this.#wasPacket = facts.begins && facts.commits;
    const answer = known ?? (await this.#awaitAnswer(session, answered.promise));
    const commits = isWrite && this.#hasTouched;
    if (commits && answer) this.#host.changedBy.add(this.actor);
    reads.noteChange(this.#changed);
    // One that waits changes them when it has its lock.
    if (answer && !this.#isInTransaction) this.#changed.clear();
    if (answer && !known && !this.#isInTransaction)
      reads.remember(this.actor, sql, values, answer, this.#world.nowMs());
    if (!answer) {
      this.#wait({ line: this, session, text, call, answer, commits }, answered.promise);
      return 'waits for a lock';
    }
    const end = await this.afterAnswer(session, text, call, answer, fate);
    await this.#host.settle();
    return `${describeAnswer(answer)}${end}`;
  }

  /** Without the server. */
  #knowAnswer(sql: string, values: unknown): unknown[] | undefined {
    if (factsOf(sql).isBegin) return [null, { affectedRows: 0 }];
    return this.#isInTransaction
      ? undefined
      : this.#host.reads.share(this.actor, sql, values, this.#world.nowMs());
  }

  /** Undefined when it waits for a lock. */
  async #awaitAnswer(session: Session, answered: Promise<unknown[]>): Promise<unknown[] | undefined> {
    const begunMs = performance.now();
    for (let pauseMs = soonMs; ; pauseMs *= 2) {
      const first = await new Promise<unknown[] | undefined>((resolve) => {
        const late = setTimeout(resolve, pauseMs, undefined);
        void answered.then((answer) => {
          clearTimeout(late);
          resolve(answer);
        });
      });
      if (first) return first;
      if (await this.#host.isWaiting(session)) return undefined;
      if (performance.now() - begunMs > longestStatementMs)
        throw new Error('the server does not answer a statement');
    }
  }

  #wait(waiter: Waiter, answered: Promise<unknown[]>): void {
    this.#host.lockWaits += 1;
    this.#host.waiters.add(waiter);
    void answered.then((answer) => {
      waiter.answer = answer;
    });
    const act = async () => {
      if (!this.#host.waiters.delete(waiter)) return undefined;
      await this.#host.killQuery(waiter.session);
      await answered;
      this.#answer(waiter.call, [lockWaitTimeout()]);
      await this.#host.settle();
      this.#world.note(`the server: ${this.actor.name} has waited long enough for a lock`);
      return undefined;
    };
    const notBeforeMs = this.#world.nowMs() + this.#lockWaitMs;
    this.#world.park({ actor: this.#world.outside, lane: `${this.#lane} waits`, text: '', notBeforeMs, act });
  }

  /** @returns what became of the answer, for the story. */
  async afterAnswer(
    session: Session,
    text: string,
    call: Call,
    answer: unknown[],
    fate: Fate,
  ): Promise<string> {
    if (errnoOf(answer[0]) === changedSinceRead) this.#host.refusals += 1;
    if (this.#session !== session) return '';
    if (!this.#isInTransaction && this.#changed.size > 0) {
      this.#host.reads.noteChange(this.#changed);
      this.#changed.clear();
    }
    this.#watchIdle();
    if (fate === 'lost') {
      this.#fail(lostConnection());
      await this.#endSession();
      return ', and the answer is lost';
    }
    if (fate === 'at once') this.#answer(call, answer);
    else {
      const act = () => {
        this.#answer(call, answer);
        return undefined;
      };
      this.#world.park({ actor: this.actor, lane: this.#lane, text: `hears of ${text}`, act });
    }
    return '';
  }

  #answer(call: Call, answer: unknown[]): void {
    if (call.isOver || !this.actor.isAlive) return;
    call.isOver = true;
    this.#isHalfDone = this.#wasPacket && Boolean(answer[0]);
    this.#world.stir();
    if (this.#call === call) this.#call = undefined;
    call.done(...(answer as Parameters<Done>));
  }

  #noteTransaction({ begins, ends }: TextFacts): void {
    // What it touched counts until it ends, or alone.
    if (!this.#isInTransaction) this.#hasTouched = false;
    if (begins) this.#isInTransaction = true;
    if (ends) this.#isInTransaction = false;
  }

  /** The server ends a session that says nothing within a transaction. */
  #watchIdle(): void {
    this.#stopIdle?.();
    if (!this.#isInTransaction) return;
    this.#stopIdle = this.#world.outside.clock.after(idleSessionMs, () => {
      if (!this.#isInTransaction || !this.#session) return;
      this.#world.note(`the server: ends the silent session of ${this.actor.name}`);
      this.#fail(lostConnection());
      this.#serverEnds();
    });
  }

  #fail(error: Error): void {
    this.#world.stir();
    this._fatalError = error;
    if (this.#call) this.#answer(this.#call, [error]);
    this.emit('error', error);
  }

  #serverEnds(): void {
    this.#host.lines.delete(this);
    this.#stopIdle?.();
    if (!this.#session) return;
    const act = async () => {
      await this.#endSession();
      await this.#host.settle();
      return undefined;
    };
    const text = `the database server rolls back what ${this.actor.name} left`;
    this.#world.park({ actor: this.#world.outside, lane: `${this.#lane} ends`, text, act });
  }

  async #endSession(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#isInTransaction = false;
    await this.#host.release(session);
  }
}

/** The answer to what was sent behind others; to a packet, the answers to its statements. */
function without(before: readonly string[], answers: unknown): unknown {
  const own = (answers as unknown[]).slice(before.length);
  return own.length === 1 ? own[0] : own;
}

export function describeAnswer([error, rows]: unknown[]): string {
  if (error)
    return `error ${'errno' in (error as object) ? (error as { errno: number }).errno : String(error)}`;
  if (Array.isArray(rows)) {
    const counts = rows.map((row) =>
      row && typeof row === 'object' && 'affectedRows' in row
        ? String(row.affectedRows)
        : Array.isArray(row)
          ? `${row.length} rows`
          : undefined,
    );
    return counts.every((count) => count !== undefined) && rows.length > 0
      ? counts.join(', ')
      : `${rows.length} rows`;
  }
  const { affectedRows } = rows as { affectedRows?: number };
  return affectedRows === undefined ? 'done' : `met ${affectedRows}`;
}
