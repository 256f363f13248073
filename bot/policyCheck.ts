import type { ApiClient } from '@star-graph/api/client/client';
import type { GuildPolicyView } from '@star-graph/api/contract/guilds';
import { holdsWord, type Place, resolveRules } from './policies.ts';
import type { Messages } from './replies/en.ts';
import { Refusal } from './replies/problems.ts';
import { findMessageRef } from './tracking/messageRef.ts';

export interface WantedTask {
  workflow: string;
  params: Readonly<Record<string, unknown>>;
}

/** Whether anything at all may be asked for here. @throws Refusal */
export function requirePlace(say: Messages, policy: GuildPolicyView, place: Place): void {
  if (place.guildId === null) return;
  if (!policy.enabled) throw new Refusal(say.refused.disabled);
  if (policy.channelIds && !place.channelIds.some((id) => policy.channelIds?.includes(id)))
    throw new Refusal(say.refused.channel);
  if (policy.roleIds && !place.roleIds.some((id) => policy.roleIds?.includes(id)))
    throw new Refusal(say.refused.role);
}

/** Whether this may be generated here. Whatever came back from a choice is checked again. @throws Refusal */
export function requireAllowed(
  say: Messages,
  policy: GuildPolicyView,
  place: Place,
  { workflow, params }: WantedTask,
): void {
  requirePlace(say, policy, place);
  if (place.guildId === null) return;
  const rules = resolveRules(policy, place);
  const { refused } = say;
  if (rules.workflows && !rules.workflows.includes(workflow)) throw new Refusal(refused.workflow);
  const names = [params.model, params.videoModel, ...lorasOf(params)].filter((name) => name !== undefined);
  if (rules.models && names.some((name) => !rules.models?.includes(String(name))))
    throw new Refusal(refused.model);
  const text = `${String(params.prompt ?? '')}\n${String(params.negativePrompt ?? '')}`;
  if (holdsWord(text, rules.blockedWords)) throw new Refusal(refused.words);
  if (!place.isAgeRestricted && holdsWord(text, rules.nsfwWords)) throw new Refusal(refused.nsfwWords);
  const exceeds = (value: unknown, limit: number | undefined): limit is number =>
    limit !== undefined && typeof value === 'number' && value > limit;
  if (exceeds(params.steps, rules.maxSteps)) throw new Refusal(refused.steps(rules.maxSteps));
  if (exceeds(params.count, rules.maxCount)) throw new Refusal(refused.count(rules.maxCount));
  const megapixels = (Number(params.width ?? 0) * Number(params.height ?? 0)) / 1_000_000;
  if (exceeds(megapixels, rules.maxMegapixels)) throw new Refusal(refused.size(rules.maxMegapixels));
}

const lorasOf = (params: WantedTask['params']): unknown[] =>
  Array.isArray(params.loras) ? params.loras.map((lora: { name?: unknown }) => lora.name) : [];

const dayMs = 24 * 3_600_000;

/** Whether the person has tasks left today in this server. @throws Refusal, and what the API says. */
export async function requireDailyRoom(
  deps: { client: ApiClient; nowMs: number },
  say: Messages,
  policy: GuildPolicyView,
  guildId: string | null,
): Promise<void> {
  const limit = policy.dailyTasksPerMember;
  if (guildId === null || limit === undefined) return;
  const from = new Date(Math.floor(deps.nowMs / dayMs) * dayMs).toISOString();
  let cursor: string | null | undefined;
  let count = 0;
  while (cursor !== null && count < limit) {
    const query = { from, limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await deps.client.listTasks({ query });
    count += page.items.filter(({ meta }) => findMessageRef(meta)?.g === guildId).length;
    cursor = page.nextCursor;
  }
  if (count >= limit) throw new Refusal(say.refused.daily(limit));
}
