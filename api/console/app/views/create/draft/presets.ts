import type { FormDraft } from '@star-graph/ui/form/formDraft';
import { isDraft, withoutAddresses } from './drafts.ts';
import { isList, isObject, readStored, writeStored } from './storedJson.ts';

/** Settings of a workflow under a name. */
export interface Preset {
  name: string;
  draft: FormDraft;
}

const most = 50;
const keyOf = (userId: string, workflow: string): string => `create-presets:${userId}:${workflow}`;
const isPreset = (value: unknown): value is Preset & Record<string, unknown> =>
  isObject(value) && typeof value.name === 'string' && isDraft(value.draft);

/** Of an account in this browser, by name. */
export const readPresets = (userId: string, workflow: string): readonly Preset[] =>
  readStored(localStorage, keyOf(userId, workflow), isList(isPreset)) ?? [];

/** A preset of the same name gives way. @returns whether it is kept */
export function savePreset(userId: string, workflow: string, preset: Preset): boolean {
  const others = readPresets(userId, workflow).filter(({ name }) => name !== preset.name);
  const kept = { ...preset, draft: withoutAddresses(preset.draft) };
  const sorted = [...others, kept].sort((a, b) => a.name.localeCompare(b.name));
  return writeStored(localStorage, keyOf(userId, workflow), sorted.slice(0, most));
}

export function deletePreset(userId: string, workflow: string, name: string): void {
  const others = readPresets(userId, workflow).filter((one) => one.name !== name);
  writeStored(localStorage, keyOf(userId, workflow), others);
}
