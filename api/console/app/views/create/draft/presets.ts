import type { PresetView } from '@star-graph/contract/users/presets';
import type { FormDraft } from '@star-graph/ui/form/formDraft';
import { api } from '../../../session/session.ts';
import { isDraft, withoutAddresses } from './drafts.ts';
import { isList, isObject, readStored } from './storedJson.ts';

/** Settings of a workflow under a name. */
export type Preset = Pick<PresetView, 'id' | 'name' | 'draft'>;

/** The account's own of a workflow, by name. Those that this browser has kept by itself go to the account first. */
export async function readPresets(
  userId: string,
  workflow: string,
  signal?: AbortSignal,
): Promise<readonly Preset[]> {
  await takeAlong(userId, workflow);
  const { items } = await api.listPresets({}, signal ? { signal } : {});
  return items.filter((preset) => preset.workflow === workflow);
}

/** A preset of the same name gives way. */
export const savePreset = (workflow: string, name: string, draft: FormDraft): Promise<Preset> =>
  api.putPreset({ body: { workflow, name, draft: withoutAddresses(draft) } });

export const deletePreset = (id: string): Promise<unknown> => api.deletePreset({ params: { id } });

const isKept = (value: unknown): value is { name: string; draft: FormDraft } & Record<string, unknown> =>
  isObject(value) && typeof value.name === 'string' && isDraft(value.draft);

/** What was kept here before accounts kept it. */
async function takeAlong(userId: string, workflow: string): Promise<void> {
  const key = `create-presets:${userId}:${workflow}`;
  for (const { name, draft } of readStored(localStorage, key, isList(isKept)) ?? [])
    await savePreset(workflow, name.trim().slice(0, 60) || '–', draft);
  localStorage.removeItem(key);
}
