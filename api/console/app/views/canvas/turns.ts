import { type Signal, signal } from '@preact/signals';
import type { MeetingView } from '@star-graph/contract/assets/projects';
import { isProblem } from '../../data/problemText.ts';
import { api } from '../../session/session.ts';
import type { ProjectContent, ProjectStore } from './projectStore.ts';

const everyMs = 2_500;
/** Who draws nothing for so long gives the turn back. */
const idleMs = 5 * 60_000;

interface TurnDeps {
  store: ProjectStore;
  userId: string;
  /** Shows what somebody else has saved. */
  follow(content: ProjectContent): void;
  /** Ends a stroke that is under way, as the last of the turn. */
  endStroke(): void;
}

/** Whose turn it is to draw in a project that is shared, and what the others have drawn. */
export class Turns {
  /** Who is here, as the server said last; undefined while nobody shares the project. */
  readonly meeting: Signal<MeetingView | undefined> = signal(undefined);
  /** The person is not in the project any more. */
  readonly isOut: Signal<boolean> = signal(false);
  readonly #deps: TurnDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasBegun = false;
  #isOver = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** Meets the others from now on. Who was drawing goes on. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { store } = this.#deps;
    this.#afterLast<unknown>(async () =>
      store.isReadOnly.value ? this.#apply(await this.#visit({})) : this.#take(),
    )
      .catch(() => {})
      .finally(() => this.#lookLater());
  }

  /** @returns whether it is this page's turn now. @throws what the server refused */
  take(): Promise<boolean> {
    return this.#afterLast(() => this.#take());
  }

  give(): Promise<void> {
    return this.#afterLast(() => this.#give());
  }

  /** Gives the turn back when all is saved, and ends. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    // What cannot be given back ends by itself.
    if (this.#turn !== undefined) await this.give().catch(() => {});
  }

  get #turn(): number | undefined {
    return this.#deps.store.sharing.value?.turn;
  }

  /** One after the other: an answer of before a turn began says nothing about it. */
  #afterLast<Result>(act: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(act);
    this.#last = next.catch(() => {});
    return next;
  }

  #visit(body: { wish?: 'take' | 'keep' | 'give'; turn?: number }): Promise<MeetingView> {
    return api.visitProject({ params: { id: this.#deps.store.id }, body });
  }

  #lose(): void {
    const { store, endStroke } = this.#deps;
    endStroke();
    store.sharing.value = { turn: undefined };
    if (store.saveState.value.state !== 'saved') store.leaveOpen();
  }

  async #apply(now: MeetingView): Promise<void> {
    const { store, userId } = this.#deps;
    const turn = this.#turn;
    const isOwn = now.drawing?.id === userId && now.turn === turn;
    if (now.isShared && turn !== undefined && !isOwn) this.#lose();
    const isClean = store.saveState.value.state === 'saved';
    if (store.isReadOnly.value && isClean && now.version > store.version) await this.#read();
    if (now.isShared) store.sharing.value ??= { turn: undefined };
    else if (isClean || turn !== undefined) store.sharing.value = undefined;
    this.meeting.value = now;
  }

  async #read(): Promise<void> {
    const { content } = await this.#deps.store.read();
    this.#deps.follow(content);
  }

  async #take(): Promise<boolean> {
    const { store, userId } = this.#deps;
    const now = await this.#visit({ wish: 'take' });
    const isOwn = now.drawing?.id === userId;
    if (isOwn) {
      if (store.saveState.value.state === 'saved' && now.version !== store.version) await this.#read();
      store.sharing.value = { turn: now.turn };
      store.changedAt = Date.now();
    }
    await this.#apply(now);
    return isOwn;
  }

  async #give(): Promise<void> {
    const { store, endStroke } = this.#deps;
    endStroke();
    await store.flush();
    const turn = this.#turn;
    if (turn === undefined || store.saveState.value.state !== 'saved') return;
    store.sharing.value = { turn: undefined };
    await this.#apply(await this.#visit({ wish: 'give', turn }));
  }

  async #look(): Promise<void> {
    const turn = this.#turn;
    if (turn !== undefined && Date.now() - this.#deps.store.changedAt > idleMs) return this.#give();
    if (turn === undefined && document.hidden) return;
    await this.#apply(await this.#visit(turn === undefined ? {} : { wish: 'keep', turn }));
  }

  #lookLater(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#afterLast(() => this.#look())
        .catch((error: unknown) => {
          // A server that does not answer is asked again.
          if (!isProblem(error, 'not-found')) return;
          this.isOut.value = true;
          this.#lose();
          this.#isOver = true;
        })
        .finally(() => this.#lookLater());
    }, everyMs);
  }
}
