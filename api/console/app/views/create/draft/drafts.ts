import { type Signal, signal } from '@preact/signals';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { isObject, readStored, writeStored } from './storedJson.ts';

export const isDraft = (value: unknown): value is FormDraft =>
  isObject(value) &&
  isObject(value.values) &&
  isObject(value.tuning) &&
  Object.values(value.tuning).every(isObject);

const open = new Map<string, Signal<FormDraft>>();

/**
 * What a person has filled in for a workflow, in this tab: it outlives a reload, the back button and the end of the
 * session, and another account does not see it.
 */
export function draftOf(userId: string, workflow: string): Signal<FormDraft> {
  const key = `create-draft:${userId}:${workflow}`;
  const known = open.get(key);
  if (known) return known;
  const stored = readStored(sessionStorage, key, isDraft);
  const draft = signal(stored ? withoutAddresses(stored) : emptyDraft);
  draft.subscribe((value) => writeStored(sessionStorage, key, value));
  open.set(key, draft);
  return draft;
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
