import { type Signal, signal } from '@preact/signals';
import type { DraftView } from '@star-graph/contract/users/drafts';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { isObject, readStored, writeStored } from './storedJson.ts';

export const isDraft = (value: unknown): value is FormDraft =>
  isObject(value) &&
  isObject(value.values) &&
  isObject(value.tuning) &&
  Object.values(value.tuning).every(isObject);

interface OpenDraft {
  userId: string;
  workflow: string;
  draft: Signal<FormDraft>;
  /** What this tab has read of the account, or written there. */
  kept: FormDraft;
}

export const openDrafts = new Map<string, OpenDraft>();
const draftKey = (userId: string, workflow: string): string => `create-draft:${userId}:${workflow}`;
const keptKey = (userId: string, workflow: string): string => `create-kept:${userId}:${workflow}`;

/** What the account had when the page began, of the person whose it is; undefined until that is known. */
export const accountDrafts = signal<{ userId: string; items: readonly DraftView[] } | undefined>(undefined);
const last = new Map<string, string>();

/** The workflow that the person has worked with last, in whichever browser. */
export const lastWorkflow = (userId: string): string | undefined =>
  last.get(userId) ?? findOfAccount(userId)[0]?.workflow;

/** Another one was opened here, and the account does not know yet. */
export const moved = new Map<string, string>();

export function openLast(userId: string, workflow: string): void {
  last.set(userId, workflow);
  moved.set(userId, workflow);
  countChange();
}

const findOfAccount = (userId: string): readonly DraftView[] =>
  accountDrafts.value?.userId === userId ? accountDrafts.value.items : [];

/**
 * What a person has filled in for a workflow, in this tab: it outlives a reload, the back button and the end of the
 * session, and another account does not see it. A tab that has nothing yet begins with what the account has.
 */
export function draftOf(userId: string, workflow: string): Signal<FormDraft> {
  const key = draftKey(userId, workflow);
  const known = openDrafts.get(key);
  if (known) return known.draft;
  const stored = readStored(sessionStorage, key, isDraft);
  const found = findOfAccount(userId).find((one) => one.workflow === workflow)?.draft ?? emptyDraft;
  const first = stored ? withoutAddresses(stored) : found;
  const draft = signal(first);
  const storedKept = stored && readStored(sessionStorage, keptKey(userId, workflow), isDraft);
  const kept = storedKept && changesOf(storedKept, first) ? storedKept : first;
  const open: OpenDraft = { userId, workflow, draft, kept };
  openDrafts.set(key, open);
  noteKept(open, kept);
  draft.subscribe((value) => {
    writeStored(sessionStorage, key, value);
    if (value !== open.kept) countChange();
  });
  return draft;
}

/** It outlives a reload, so that this tab's own changes alone are written afterwards. */
export function noteKept(open: OpenDraft, kept: FormDraft): void {
  open.kept = kept;
  writeStored(sessionStorage, keptKey(open.userId, open.workflow), kept);
}

/** Goes up with each change that the account does not have yet. */
export const changeCount = signal(0);
const countChange = (): void => {
  changeCount.value = changeCount.peek() + 1;
};

export const areKept = (): boolean =>
  moved.size === 0 && [...openDrafts.values()].every(({ draft, kept }) => draft.peek() === kept);

type Values = FormDraft['values'];

/** What of it is otherwise than before: new values by name, null for what is gone; undefined: nothing. */
export function changesOf(older: FormDraft, newer: FormDraft): Partial<FormDraft> | undefined {
  const [before, now] = [withoutAddresses(older), withoutAddresses(newer)];
  const values = changedValues(before.values, now.values);
  const names = new Set([...Object.keys(before.tuning), ...Object.keys(now.tuning)]);
  const tuned = [...names].flatMap((name) => {
    const changed = changedValues(before.tuning[name], now.tuning[name]);
    return changed ? [[name, changed] as const] : [];
  });
  if (!values && tuned.length === 0) return undefined;
  return { ...(values && { values }), ...(tuned.length > 0 && { tuning: Object.fromEntries(tuned) }) };
}

function changedValues(before: Values = {}, now: Values = {}): Values | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  return changed.length === 0
    ? undefined
    : Object.fromEntries(changed.map((name) => [name, now[name] ?? null]));
}

/** Those of pictures expire; the form asks for new ones. */
export function withoutAddresses(draft: FormDraft): FormDraft {
  const entries = Object.entries(draft.values).map(([param, value]) => {
    if (!isAssetValue(value)) return [param, value];
    const { url: _url, ...kept } = value;
    return [param, kept];
  });
  return { ...draft, values: Object.fromEntries(entries) };
}

/** Takes a picture out of wherever it stands: it was deleted. */
export function withoutPicture(draft: FormDraft, assetId: string): FormDraft {
  const kept = Object.entries(draft.values).filter(
    ([, value]) => !(isAssetValue(value) && value.assetId === assetId),
  );
  return { ...draft, values: Object.fromEntries(kept) };
}
