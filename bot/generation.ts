import { Unreachable } from '@star-graph/api/client/clientProblem';
import type { TaskMetaView, TaskView } from '@star-graph/api/contract/tasks';
import { ApplicationIntegrationType, ChannelType, PermissionFlagsBits } from 'discord.js';
import { type Answerable, answerText } from './acknowledge.ts';
import type { Context } from './context.ts';
import { type Place, resolveRules } from './policies.ts';
import { requireAllowed, requireDailyRoom } from './policyCheck.ts';
import { formatMessageRef, type MessageRef } from './tracking/messageRef.ts';

const tokenLifeMs = 15 * 60_000;
export interface GenerationRequest {
  workflow: string;
  params: Record<string, unknown>;
  parentId?: string;
  /** Makes the same request once; default: the interaction. */
  idempotencyKey?: string;
}

/** Where an interaction happens. A thread has its own id and its parent's. */
export function placeOf(interaction: Answerable): Place {
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

/** Describes the message that answers an interaction. */
export function createMessageRef(
  { arrivedAtMs, person, locale, knownPolicy }: Context,
  interaction: Answerable,
  messageId: string,
): MessageRef {
  const rules = knownPolicy && resolveRules(knownPolicy, placeOf(interaction));
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

/** Asks for a task whose message is the answer of this interaction; from here on events write the message. */
export async function startGeneration(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  messageId: string | undefined,
): Promise<TaskView | undefined> {
  const { bot, say, client } = context;
  const policy = await bot.policies.require(interaction.guildId);
  requireAllowed(say, policy, placeOf(interaction), request);
  await requireDailyRoom({ client, nowMs: bot.clock.nowMs() }, say, policy, interaction.guildId);
  const id = messageId ?? (await interaction.fetchReply()).id;
  const ref = createMessageRef({ ...context, knownPolicy: policy }, interaction, id);
  const meta: TaskMetaView = {
    clientRef: formatMessageRef(ref),
    visibility: ref.e ? 'private' : 'public',
    ...(request.parentId === undefined ? {} : { parentId: request.parentId }),
  };
  const idempotencyKey = request.idempotencyKey ?? interaction.id;
  const task = await requestTask(context, ref, () =>
    client.generate(request.workflow, { ...request.params, meta }, { idempotencyKey }),
  );
  if (!task) return undefined;
  // The same wish under the same key: its message is another one.
  if (task.meta.clientRef !== meta.clientRef) {
    await answerText(interaction, say.alreadyMade);
    return undefined;
  }
  return task;
}

/** Undefined: the answer was lost, but the task is there and its message is served. */
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
