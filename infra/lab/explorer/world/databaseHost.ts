import { setTimeout } from 'node:timers/promises';
import { describeAnswer, Line, type LineHost, type Waiter } from './line.ts';
import { Reads } from './reads.ts';
import { ask, listWaiting, loadDriver, openSession, type ServerAddress, type Session } from './sessions.ts';
import type { Actor, Fate, World } from './world.ts';

/*
 * Each connection of an actor is a stand-in for one of a few real ones, which are opened once and used by every story. A
 * statement is parked until the scheduler picks it, and runs alone; its answer may be a step of its own. One that waits
 * for a lock is parked until another transaction ends.
 */

export interface DatabaseFaults {
  /** @param isWrite whether it commits a change. */
  judge(isWrite: boolean): Fate;
}

export class DatabaseHost implements LineHost {
  readonly lines = new Set<Line>();
  readonly waiters = new Set<Waiter>();
  readonly lineNumbers = new Map<string, number>();
  readonly reads = new Reads();
  lockWaits = 0;
  refusals = 0;
  readonly changedBy = new Set<Actor>();
  world: World | undefined;
  faults: DatabaseFaults = { judge: () => 'at once' };
  readonly #actors = new Map<string, Actor>();
  readonly #sessions: Session[] = [];
  readonly #controlSession: Session;
  readonly #open: () => Promise<Session>;

  private constructor(control: Session, open: () => Promise<Session>) {
    this.#controlSession = control;
    this.#open = open;
  }

  /** From now on the connections of actors are opened here: they give their name as their user. */
  static async start(address: ServerAddress): Promise<DatabaseHost> {
    const driver = loadDriver();
    const openReal = driver.createConnection.bind(driver);
    const open = () => openSession(openReal, address);
    const host = new DatabaseHost(await open(), open);
    const tables = (await host.control('SHOW TABLES')) as Record<string, string>[];
    host.reads.learn(tables.map((row) => Object.values(row)[0] ?? ''));
    driver.createConnection = (options) => {
      const { user, multipleStatements } = options as ServerAddress & { multipleStatements: boolean };
      const actor = host.#actors.get(user);
      if (!actor || !host.world) throw new Error(`no actor is called ${user}`);
      return new Line(host, host.world, actor, multipleStatements);
    };
    return host;
  }

  /** At once, outside of the schedule. */
  control(sql: string, values: readonly unknown[] = []): Promise<unknown> {
    return ask(this.#controlSession.real, sql, values);
  }

  begin(world: World, faults: DatabaseFaults): void {
    this.world = world;
    this.faults = faults;
    this.reads.clear();
    this.refusals = 0;
  }

  addActor(actor: Actor): void {
    this.#actors.set(actor.name, actor);
  }

  /** Its process is gone: the server rolls back. */
  disconnect(actor: Actor): void {
    for (const line of this.lines) if (line.actor === actor) line.vanish();
  }

  /** Who committed a change since it was asked last. */
  takeChange(): ReadonlySet<Actor> {
    const taken = new Set(this.changedBy);
    this.changedBy.clear();
    return taken;
  }

  async takeSession(): Promise<Session> {
    let session = this.#sessions.find(({ isUsed }) => !isUsed);
    if (!session) {
      session = await this.#open();
      this.#sessions.push(session);
    }
    session.isUsed = true;
    return session;
  }

  async release(session: Session): Promise<void> {
    for (const waiter of this.waiters) {
      if (waiter.session !== session) continue;
      this.waiters.delete(waiter);
      await this.killQuery(session);
      // Its statement has ended when the next is answered.
      session.isTouched = true;
    }
    // Whoever gets it next finds what a new connection shows: one that inserted nothing yet has no last number.
    if (session.isTouched) await ask(session.real, 'ROLLBACK; SET last_insert_id=0');
    session.isTouched = false;
    session.isUsed = false;
  }

  async killQuery({ threadId }: Session): Promise<void> {
    await this.control(`KILL QUERY ${threadId}`);
  }

  async isWaiting({ threadId }: Session): Promise<boolean> {
    return (await listWaiting(this.#controlSession.real)).has(threadId);
  }

  /** After a transaction ended: who was given a lock has an answer now, or waits for the next one. */
  async settle(): Promise<void> {
    for (;;) {
      // Of those without an answer before the look: one that is answered during it may give its lock to another.
      const unanswered = [...this.waiters].filter(({ answer }) => answer === undefined);
      if (unanswered.length === 0) break;
      const waiting = await listWaiting(this.#controlSession.real);
      if (unanswered.every(({ session }) => waiting.has(session.threadId))) break;
      await setTimeout(0);
    }
    for (const waiter of this.waiters) {
      if (!waiter.answer) continue;
      this.waiters.delete(waiter);
      this.world?.note(
        `the server: ${waiter.line.actor.name} has its lock → ${describeAnswer(waiter.answer)}`,
      );
      if (waiter.commits) this.changedBy.add(waiter.line.actor);
      await waiter.line.afterAnswer(waiter.session, waiter.text, waiter.call, waiter.answer, 'at once');
    }
  }

  /** Between two stories. */
  async end(): Promise<void> {
    for (const line of [...this.lines]) line.drop();
    for (const session of this.#sessions) if (session.isUsed) await this.release(session);
    this.waiters.clear();
    this.#actors.clear();
    this.lineNumbers.clear();
    for (const session of this.#sessions) session.toldMs = -1;
  }

  close(): void {
    for (const { real } of [...this.#sessions, this.#controlSession]) real.destroy();
  }
}
