import { signal } from '@preact/signals';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { pressPaid } from '@star-graph/ui/paid/pressPaid';
import { roomMeta } from '../../activity/inDiscord.ts';
import { refreshCatalogue } from '../../data/catalogue.ts';
import { liveTasks, putTask } from '../../data/live.ts';
import { api, session } from '../../session/session.ts';
import { isList, isObject, readStored, writeStored } from './draft/storedJson.ts';
import { findPrices } from './findPrices.ts';
import { pressOfTask, refOf } from './pressRef.ts';
import { cancelTask } from './results/cancelTask.ts';
import { lookAt } from './results/chosen.ts';
import type { Wish } from './wish.ts';

/**
 * One press of a button that makes a task.
 * - `sending`: no answer yet;
 * - `unanswered`: the answer was lost, and whether there is a task is not known;
 * - `refused`: there is none.
 */
export interface Press extends Wish {
  /** Its Idempotency-Key: whatever is sent again under it makes one task. */
  key: string;
  pressedAt: number;
  state: 'sending' | 'unanswered' | 'refused';
  error?: unknown;
}

/** The server forgets keys after a day; an older press must not be sent again by itself. */
const keyLifeMs = 60 * 60_000;

/** Presses without a task, the newest first. */
export const presses = signal<readonly Press[]>([]);
/** The tasks that presses of this page have made, so that a card stays the same when its task comes. */
export const keyOfTask = new Map<string, string>();
let owner: string | undefined;
const storageKey = () => `create-presses:${owner}`;

/** Sends again what has no answer yet. */
export function resendPresses(): void {
  for (const one of presses.value) if (one.state === 'unanswered' && isYoung(one)) void send(one.key);
}

const isYoung = ({ pressedAt }: Press): boolean => Date.now() - pressedAt < keyLifeMs;

const isPress = (value: unknown): value is Press & Record<string, unknown> =>
  isObject(value) &&
  typeof value.key === 'string' &&
  typeof value.workflow === 'string' &&
  isObject(value.params) &&
  typeof value.pressedAt === 'number' &&
  typeof value.count === 'number' &&
  typeof value.aspect === 'number';

/** Asks for a task. An equal press so soon waits for a yes. */
export const press = (wish: Wish): void => pressAll([wish]);

/**
 * Asks for all that one press makes.
 * @param same what makes two presses equal, where the wishes hold something that is drawn anew
 * @param onMade is told the key of each press, once it is made
 */
export function pressAll(
  wishes: readonly Wish[],
  { same, onMade }: { same?: unknown; onMade?(key: string): void } = {},
): void {
  const make = () =>
    wishes.map((wish) => {
      const begun = begin(wish);
      onMade?.(begun.key);
      return begun;
    });
  // Nothing more is paid for what was lost.
  if (wishes.every(findLost)) return void make();
  void pressPaid({
    operation: wishes.map(({ workflow }) => workflow).join(),
    values: same ?? wishes.map(({ params }) => params),
    async findCost() {
      const { costs } = await findPrices(api, wishes, AbortSignal.timeout(priceLimitMs));
      return costs.every((cost) => cost !== undefined) ? costs.reduce((sum, one) => sum + one, 0) : undefined;
    },
    async make() {
      const begun = make();
      await Promise.all(begun.map(({ sent }) => sent));
      const made = begun.filter(({ key }) => !isNothing(key));
      if (made.length === 0) return undefined;
      return { undo: () => Promise.all(made.map(({ key }) => takeBack(key))) };
    },
  });
}

/** A question without a price is better than none. */
const priceLimitMs = 10_000;

const findLost = (wish: Wish): Press | undefined =>
  presses.value.find((one) => one.state === 'unanswered' && isSameWish(one, wish));

/** It is known that there is no task of it. */
const isNothing = (key: string): boolean =>
  presses.value.some((one) => one.key === key && (one.state === 'refused' || isKept(one)));

async function takeBack(key: string): Promise<void> {
  // Its answer was lost: the same key finds its task.
  if (presses.value.some((one) => one.key === key && one.state === 'unanswered')) await send(key);
  for (const [id, own] of keyOfTask) if (own === key) await cancelTask({ id });
  dropPress(key);
}

interface Begun {
  key: string;
  sent: Promise<void>;
}

/**
 * Pressing again while the answer to the same request is lost sends that one again: the person wants what they did not
 * see, not a second one.
 */
function begin(wish: Wish, now = Date.now()): Begun {
  const lost = findLost(wish);
  if (lost) return { key: lost.key, sent: send(lost.key) };
  const key = crypto.randomUUID();
  const { workflow, params, meta, count, aspect, grid, isQuick } = wish;
  const own = { ...(meta && { meta }), ...(grid && { grid }), ...(isQuick && { isQuick }) };
  const asked = { workflow, params, count, aspect, ...own };
  put([{ ...asked, key, pressedAt: now, state: 'sending' }, ...presses.value]);
  // Whoever presses looks at what comes.
  lookAt(`${key}:0`);
  return { key, sent: send(key) };
}

const isSameWish = (a: Wish, b: Wish): boolean =>
  a.workflow === b.workflow && JSON.stringify(a.params) === JSON.stringify(b.params);

/** Tries a press again that its person sees unanswered or refused. */
export function retry(key: string): void {
  const found = presses.value.find((one) => one.key === key);
  if (!found) return;
  if (isYoung(found)) return void send(key);
  // A task of it would be in the list by now.
  dropPress(key);
  press(found);
}

async function send(key: string): Promise<void> {
  const sender = owner;
  const found = presses.value.find((one) => one.key === key);
  if (!found) return;
  change(key, { state: 'sending', error: undefined });
  try {
    const meta = { ...found.meta, ...roomMeta(), clientRef: refOf(found) };
    const task = await api.generate(found.workflow, { ...found.params, meta }, { idempotencyKey: key });
    if (sender === owner) acceptTask(task);
  } catch (error) {
    // Somebody else has signed in meanwhile; the key is kept for the one who pressed.
    if (sender !== owner) return;
    change(key, { state: isRefusal(error) ? 'refused' : 'unanswered', error });
    // The list that the form shows is older than this answer: it says when a server is ready again.
    if (presses.value.some((one) => one.key === key && isKept(one))) void refreshCatalogue();
  }
}

/**
 * These answers come before anything was done; others may hide a task that was made. Where no GPU server is ready there
 * is none, and the press is kept until one is.
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof ClientProblem &&
  !['internal', 'unavailable', 'unauthenticated', 'no-backend'].includes(error.code);

/** Whether it is known that nothing was made, and it will be sent when it may be. */
export const isKept = ({ state, error }: Press): boolean =>
  state === 'unanswered' && error instanceof ClientProblem && error.code === 'no-backend';

/** A task came, by the answer or its event, whichever was first. */
export function acceptTask(task: TaskView): void {
  const key = pressOfTask(task);
  if (key !== undefined) keyOfTask.set(task.id, key);
  // What events have told since is newer than an answer.
  if (!liveTasks.value.has(task.id)) putTask(task);
  dropPress(key);
}

/** For a press that its person has seen refused, or given up. */
export function dropPress(key: string | undefined): void {
  if (presses.value.some((one) => one.key === key)) put(presses.value.filter((one) => one.key !== key));
}

function change(key: string, values: Partial<Press>): void {
  put(presses.value.map((one) => (one.key === key ? { ...one, ...values } : one)));
}

/** Kept before anything is sent, so that the next page knows the key of whatever this one has sent. */
function put(next: readonly Press[]): void {
  presses.value = next;
  const open = next.filter(({ state }) => state !== 'refused');
  writeStored(
    sessionStorage,
    storageKey(),
    open.map(({ error: _error, ...kept }) => kept),
  );
}

// What an earlier page of this tab, or an earlier session, has left without an answer. It stands last, since it runs
// as soon as this file is read.
session.subscribe((now) => {
  if (now.state !== 'signedIn' || now.profile.id === owner) return;
  owner = now.profile.id;
  const stored = readStored(sessionStorage, storageKey(), isList(isPress)) ?? [];
  put(stored.filter(isYoung).map((one) => ({ ...one, state: 'unanswered' })));
});
