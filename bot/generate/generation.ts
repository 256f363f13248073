import type { ApiClient } from '@star-graph/api/client/client';
import { ClientProblem, Unreachable } from '@star-graph/api/client/clientProblem';
import type { GuildPolicyView } from '@star-graph/api/contract/guilds/guildPolicy';
import {
  findSharingRole,
  formatPlace,
  privacyOf,
  resolvePlaceRules,
} from '@star-graph/api/contract/guilds/guildRules';
import type { QuoteView } from '@star-graph/api/contract/tasks/generate';
import type { TaskMetaView, TaskView } from '@star-graph/api/contract/tasks/tasks';
import type { PreferencesView } from '@star-graph/api/contract/users/preferences';
import {
  ApplicationIntegrationType,
  type AutocompleteInteraction,
  ChannelType,
  MessageFlags,
  type ModalSubmitInteraction,
  PermissionFlagsBits,
} from 'discord.js';
import { type Answerable, answerText } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { findInTime } from '../interaction/withTimeout.ts';
import { logAccepted, loggingRefusal } from '../policy/logAttempt.ts';
import type { Place } from '../policy/policies.ts';
import { requireUnblocked } from '../policy/policyCheck.ts';
import { Refusal } from '../replies/problems.ts';
import {
  findMessageRef,
  formatMessageRef,
  type MessageRef,
  tokenLifeMs,
  toMissingDefault,
} from '../tracking/messages/messageRef.ts';
import { explainValues } from './badValues.ts';
import { fitRequest } from './fitRequest.ts';
import type { GenerationRequest } from './generationRequest.ts';

/** Where an interaction happens. A thread has its own id and its parent's. */
export function placeOf(interaction: Answerable | AutocompleteInteraction): Place {
  const { channel, member } = interaction;
  // A thread is as restricted as the channel it belongs to.
  const room = channel?.isThread() ? channel.parent : channel;
  const parentId = channel && 'parentId' in channel ? channel.parentId : null;
  const roles =
    member === null ? [] : Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
  return {
    guildId: interaction.guildId,
    channelIds: [interaction.channelId, parentId].filter((id) => typeof id === 'string'),
    roleIds: roles,
    isAgeRestricted: room !== null && 'nsfw' in room && room.nsfw === true,
  };
}

const wishesPrivacy = (interaction: Answerable): boolean =>
  interaction.isChatInputCommand() && interaction.options.getBoolean('private') === true;

const wishesPing = (interaction: Answerable, { pingWhenDone = false }: PreferencesView): boolean =>
  (interaction.isChatInputCommand() ? interaction.options.getBoolean('ping') : null) ?? pingWhenDone;

/** If the policy is not known in time, the result is private: it can be published later. */
export function audienceOfResult({ knownPolicy }: Context, interaction: Answerable): 'public' | 'private' {
  if (wishesPrivacy(interaction)) return 'private';
  if (interaction.guildId === null) return 'public';
  if (!knownPolicy) return 'private';
  return privacyOf(resolvePlaceRules(knownPolicy, placeOf(interaction))) === 'always' ? 'private' : 'public';
}

/** A form on a private result makes a private one. */
export const audienceOfRemade = (context: Context, interaction: ModalSubmitInteraction) =>
  interaction.message?.flags.has(MessageFlags.Ephemeral) ? 'private' : audienceOfResult(context, interaction);

/** Describes the message that answers an interaction. */
export function createMessageRef(
  { arrivedAtMs, person, locale, knownPolicy }: Context,
  interaction: Answerable,
  messageId: string,
): MessageRef {
  const rules = knownPolicy && resolvePlaceRules(knownPolicy, placeOf(interaction));
  const owners = interaction.authorizingIntegrationOwners;
  const isInstalled = owners[ApplicationIntegrationType.GuildInstall] !== undefined;
  const isOurDm = interaction.channel?.type === ChannelType.DM;
  const canSee = interaction.appPermissions.has(PermissionFlagsBits.ViewChannel);
  return {
    v: 1,
    u: person,
    ...(interaction.guildId === null ? {} : { g: interaction.guildId }),
    c: interaction.channelId ?? '0',
    m: messageId,
    t: interaction.token,
    x: arrivedAtMs + tokenLifeMs,
    l: locale,
    e: interaction.ephemeral === true,
    b: isInstalled && (interaction.guildId === null ? isOurDm : canSee),
    s: interaction.attachmentSizeLimit,
    p: rules?.spoiler ?? false,
  };
}

/**
 * Makes a task whose message is the answer of this interaction; from here on events write the message. The server's
 * moderators are told.
 */
export const startGeneration = (
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  messageId: string | undefined,
): Promise<TaskView | undefined> =>
  loggingRefusal(
    context,
    interaction,
    request,
    () => askForTask(context, interaction, request, messageId),
    // Afterwards, because a person's credits do not concern moderators.
  ).catch((error: unknown) => explainShortage(context, interaction, request, error));

async function askForTask(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  messageId: string | undefined,
): Promise<TaskView | undefined> {
  const { bot, say, client, person } = context;
  const [policy, preferences] = await Promise.all([
    bot.policies.require(interaction.guildId),
    client.getPreferences(),
  ]);
  const place = placeOf(interaction);
  requireUnblocked(say, policy, person, bot.clock.nowMs());
  requirePublicity(context, interaction, policy, place);
  const { missingModels, ...wanted } = await fitRequest(context, { policy, place, preferences }, request);
  const id = messageId ?? (await interaction.fetchReply()).id;
  const role = findSharingRole(policy, place.roleIds);
  const ref: MessageRef = {
    ...createMessageRef({ ...context, knownPolicy: policy }, interaction, id),
    ...(wishesPing(interaction, preferences) ? { n: true } : {}),
    ...(role === undefined ? {} : { a: role }),
    ...(missingModels[0] === undefined ? {} : { d: toMissingDefault(missingModels[0]) }),
  };
  const meta: TaskMetaView = {
    clientRef: formatMessageRef(ref),
    visibility: ref.e ? 'private' : 'public',
    ...(request.parentId === undefined ? {} : { parentId: request.parentId }),
  };
  const idempotencyKey = request.idempotencyKey ?? interaction.id;
  const task = await requestTask(context, ref, () =>
    clientAt(context, policy, place)
      .generate(request.workflow, { ...wanted.params, meta }, { idempotencyKey })
      .catch((error: unknown) => explainRefusal(context, interaction.guildId, error))
      .catch((error: unknown) => explainValues(context, request.workflow, error)),
  );
  if (!task || task.meta.clientRef === meta.clientRef) logAccepted(context, interaction, wanted, id);
  if (!task) return undefined;
  // The same request under the same key: its message is another one, unless it was delivered twice.
  if (findMessageRef(task.meta)?.m !== ref.m) {
    await answerText(interaction, say.alreadyMade);
    return undefined;
  }
  return task;
}

/**
 * Whether a private answer may hold a result here. An answer that is private only because the policy was not known in
 * time was not requested as private.
 * @throws Refusal
 */
function requirePublicity(
  { say, knownPolicy }: Context,
  interaction: Answerable,
  policy: GuildPolicyView,
  place: Place,
): void {
  if (place.guildId === null || !interaction.ephemeral) return;
  const isForLackOfPolicy = !knownPolicy && !interaction.isButton() && !wishesPrivacy(interaction);
  if (privacyOf(resolvePlaceRules(policy, place)) === 'never' && !isForLackOfPolicy)
    throw new Refusal(say.refused.private);
}

/** The place for the API; undefined in direct messages. */
export function describePlace(policy: GuildPolicyView, { guildId, channelIds, roleIds }: Place) {
  if (guildId === null) return undefined;
  const known = roleIds.filter((id) => policy.roles?.[id] !== undefined);
  return formatPlace(guildId, { channelIds, roleIds: known });
}

/** Speaks for the person at this place, which may have another price. */
function clientAt({ bot, client, person }: Context, policy: GuildPolicyView, place: Place): ApiClient {
  const named = describePlace(policy, place);
  return named === undefined ? client : bot.clientFor(person, named);
}

/** The API knows a new block at once, which this process reads a little later, and counts the tasks. */
async function explainRefusal(
  { bot, say, person }: Context,
  guildId: string | null,
  error: unknown,
): Promise<never> {
  if (!(error instanceof ClientProblem)) throw error;
  // A request that was not accepted has nothing to give back.
  if (error.code === 'content-refused') throw new Refusal(say.refused.platformWords);
  if (guildId === null || (error.code !== 'forbidden' && error.code !== 'daily-limit')) throw error;
  const policy = await bot.policies.requireFresh(guildId);
  const { dailyTasksPerMember: limit } = policy;
  if (error.code === 'forbidden') requireUnblocked(say, policy, person, bot.clock.nowMs());
  else if (limit !== undefined) throw new Refusal(say.refused.daily(limit));
  throw error;
}

/** With too few credits people want to know how many are missing. */
async function explainShortage(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  error: unknown,
): Promise<never> {
  if (!(error instanceof ClientProblem && error.code === 'insufficient-credits')) throw error;
  const { bot, say, client } = context;
  const known = await Promise.all([findPrice(context, interaction, request), client.getBalance()]).catch(
    (err: unknown) => bot.log.info({ err }, 'a price or a balance could not be read'),
  );
  if (!known) throw error;
  const [{ cost, sharedCredits: share }, { available }] = known;
  const shared = share ? [say.shared.shortage(share.left, share.perDay, share.available)] : [];
  throw new Refusal([say.shortage(cost, available), ...shared].join(' '));
}

/** A form has to be the first answer: the API may take this long to tell the price. */
const priceWithinMs = 800;

/** The price and payer of a request here; undefined if that is not known in time, or the request would be refused. */
export async function findPriceSoon(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
): Promise<QuoteView | undefined> {
  const { bot } = context;
  try {
    return await findInTime(bot.clock, findPrice(context, interaction, request), priceWithinMs);
  } catch (err) {
    bot.log.debug({ err }, 'a form says no price');
    return undefined;
  }
}

/** @throws Refusal, and the API's problems. */
async function findPrice(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
): Promise<QuoteView> {
  const [policy, preferences] = await Promise.all([
    context.bot.policies.require(interaction.guildId),
    context.client.getPreferences(),
  ]);
  const place = placeOf(interaction);
  const { workflow, params } = await fitRequest(context, { policy, place, preferences }, request);
  return clientAt(context, policy, place).quote(workflow, params);
}

/** Undefined: the answer was lost, but the task exists and its message is served. */
async function requestTask(
  { bot }: Context,
  ref: MessageRef,
  request: () => Promise<TaskView>,
): Promise<TaskView | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof Unreachable && !bot.tracker.abandon(ref)) return undefined;
    throw error;
  }
}
