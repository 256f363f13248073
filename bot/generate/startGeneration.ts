import { Unreachable } from '@star-graph/client/clientProblem';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { findSharingRole, privacyOf, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { Place } from '@star-graph/contract/guilds/placeFaults';
import type { TaskMetaView, TaskView } from '@star-graph/contract/tasks/tasks';
import type { PreferencesView } from '@star-graph/contract/users/preferences';
import { ApplicationIntegrationType, ChannelType, PermissionFlagsBits } from 'discord.js';
import { type Answerable, answerText } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { clientAt, placeOf, wishesPrivacy } from '../interaction/place.ts';
import { logAccepted, loggingRefusal } from '../policy/logRequest.ts';
import { requireUnblocked } from '../policy/policyCheck.ts';
import { Refusal } from '../replies/problems.ts';
import {
  findMessageRef,
  formatMessageRef,
  type MessageRef,
  tokenLifeMs,
  toMissingDefault,
} from '../tracking/messageRef.ts';
import { askPrice } from './askPrice.ts';
import { explainValues } from './badValues.ts';
import { explainRefusal, explainShortage } from './explainRefusal.ts';
import { fitRequest } from './fitRequest.ts';
import type { GenerationRequest } from './generationRequest.ts';

const wishesPing = (interaction: Answerable, { pingWhenDone = false }: PreferencesView): boolean =>
  (interaction.isChatInputCommand() ? interaction.options.getBoolean('ping') : null) ?? pingWhenDone;

const wishesLetter = (interaction: Answerable): boolean =>
  interaction.isChatInputCommand() && interaction.options.getBoolean('dm') === true;

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
export const startGeneration = async (
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  messageId: string | undefined,
): Promise<TaskView | undefined> => {
  await askPrice(context, interaction, request);
  return loggingRefusal(
    context,
    interaction,
    request,
    () => askForTask(context, interaction, request, messageId),
    // Afterwards, because a person's credits do not concern moderators.
  ).catch((error: unknown) => explainShortage(context, interaction, request, error));
};

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
  requireUnblocked(say, policy, person, bot.clock.now());
  requirePublicity(context, interaction, policy, place);
  const { missingModels, ...wanted } = await fitRequest(context, { policy, place, preferences }, request);
  const id = messageId ?? (await interaction.fetchReply()).id;
  const role = findSharingRole(policy, place.roleIds);
  const ref: MessageRef = {
    ...createMessageRef({ ...context, knownPolicy: policy }, interaction, id),
    ...(wishesPing(interaction, preferences) ? { n: true } : {}),
    ...(wishesLetter(interaction) ? { w: true } : {}),
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
      .catch((error: unknown) => explainValues(context, wanted, error)),
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
