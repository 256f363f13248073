import { ClientProblem } from '@star-graph/client/clientProblem';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type Message, MessageFlags, PermissionFlagsBits } from 'discord.js';
import { findCreditsLeft, presentLeft } from '../../api/creditsLeft.ts';
import { openPackages, order } from '../../commands/account/buy.ts';
import { unlink, unlinkId } from '../../commands/account/unlink.ts';
import { makeGrid } from '../../commands/create/grid.ts';
import { showBest } from '../../commands/create/party.ts';
import { pressBetter } from '../../commands/create/rate.ts';
import { drawWords } from '../../commands/create/words.ts';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import { showTask } from '../../generate/showTask.ts';
import { createMessageRef, startGeneration } from '../../generate/startGeneration.ts';
import { answerText, deferReply, type Press, replyPrivately } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { loggingRefusal } from '../../policy/logRequest.ts';
import { requireAllowed, requireUnblocked } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentAbsence, presentRefund } from '../../replies/taskEmbed.ts';
import { isPassing } from '../../tracking/discordFailures.ts';
import { listCustomIds, toApi } from '../../tracking/messageParts.ts';
import { toBody } from '../../tracking/messageRoutes.ts';
import { createEndMessage } from '../../tracking/resultMessage.ts';
import { parseFormId } from '../forms/formId.ts';
import { openForm } from '../forms/openForm.ts';
import { openPromptForm } from '../forms/promptForm.ts';
import { openInpaintForm, openOutpaintForm } from '../forms/resultForms.ts';
import { makeAgain, offerAgain } from './again.ts';
import {
  type Action,
  type ButtonId,
  buyId,
  drawId,
  parseAgainId,
  parseBetterId,
  parseButtonId,
  parseGridId,
  parseOrderId,
  parsePartyId,
} from './customId.ts';
import { openActivity } from './openActivity.ts';
import {
  animatePicture,
  animateRequest,
  cutOutRequest,
  drawRequest,
  rerollRequest,
  upscaleRequest,
  varyRequest,
} from './remake.ts';
import { requireOwnTask } from './requireOwnTask.ts';
import { pressStar } from './star.ts';
import type { YesId } from './yesId.ts';
import { parseYesId } from './yesId.ts';

/** Makes what a person has seen the price of. A second press of the same button makes nothing more. */
async function makeAfterYes(context: Context, interaction: Press, { cost, after }: YesId): Promise<void> {
  const agreed = { cost, idempotencyKey: interaction.message.id };
  if (after.kind === 'again') return makeAgain(context, interaction, after.again, agreed);
  const messageId = await deferReply(interaction, after.isPrivate ? 'private' : 'public');
  const { isPrivate } = after;
  const request =
    after.kind === 'picture'
      ? animatePicture(after.assetId, isPrivate, after.parentId)
      : animateRequest(await requireOwnTask(context, after.taskId), after, isPrivate);
  if (!request?.unseen) throw new Refusal(context.say.noPicture);
  const { idempotencyKey } = agreed;
  const unseen = { ...request.unseen, agreed: cost };
  await startGeneration(context, interaction, { ...request, unseen, idempotencyKey }, messageId);
}

/** Stops the second of two quick clicks; the API's idempotency stops later ones. */
const underway = new Set<string>();

/**
 * Answers a click. The button holds the whole state; the process keeps none.
 * @param customId of the button, or of the one that a list's choice stands for.
 */
export async function handleButton(context: Context, interaction: Press, customId: string): Promise<void> {
  const { bot, say } = context;
  if (!isOffered(bot, interaction.message, customId)) return replyPrivately(interaction, say.oldButton);
  if (customId === unlinkId) return once(context, interaction, customId, () => unlink(context, interaction));
  if (customId === buyId)
    return once(context, interaction, customId, () => openPackages(context, interaction));
  if (customId === drawId)
    return once(context, interaction, customId, () =>
      drawWords(context, interaction, audienceOf(interaction)),
    );
  const ordered = parseOrderId(customId);
  if (ordered) return once(context, interaction, customId, () => order(context, interaction, ordered));
  const grid = parseGridId(customId);
  if (grid) return once(context, interaction, customId, () => makeGrid(context, interaction, grid));
  const party = parsePartyId(customId);
  if (party) return once(context, interaction, customId, () => showBest(context, interaction, party));
  const better = parseBetterId(customId);
  if (better) return once(context, interaction, customId, () => pressBetter(context, interaction, better));
  const again = parseAgainId(customId);
  if (again) return once(context, interaction, customId, () => makeAgain(context, interaction, again));
  const yes = parseYesId(customId);
  if (yes) return once(context, interaction, customId, () => makeAfterYes(context, interaction, yes));
  const button = parseButtonId(customId);
  if (!button) {
    const form = parseFormId(customId);
    return form ? openForm(context, interaction, form) : replyPrivately(interaction, say.oldButton);
  }
  if (button.action === 'open') return openActivity(context, interaction, button.taskId);
  if (button.action === 'edit') return openPromptForm(context, interaction, button.taskId);
  if (button.action === 'inpaint') return openInpaintForm(context, interaction, button);
  if (button.action === 'outpaint') return openOutpaintForm(context, interaction, button);
  const { action } = button;
  await once(context, interaction, customId, () => handlers[action](context, interaction, button));
}

/**
 * Whether a message is the bot's and belongs to the pressed button: a custom_id comes from a client, which can forge
 * it, but the message comes from Discord. Another message of the same task is fine, since a slow client shows earlier
 * buttons.
 */
function isOffered(bot: Context['bot'], message: Message, customId: string): boolean {
  if (message.author.id !== bot.applicationId()) return false;
  const offered = listCustomIds(toApi(message));
  if (offered.includes(customId)) return true;
  const taskId = parseButtonId(customId)?.taskId;
  return taskId !== undefined && offered.some((id) => parseButtonId(id)?.taskId === taskId);
}

async function once(
  { person, say }: Context,
  interaction: Press,
  customId: string,
  act: () => Promise<void>,
): Promise<void> {
  const key = `${person}:${customId}`;
  if (underway.has(key)) {
    await replyPrivately(interaction, say.alreadyOnIt);
    return;
  }
  underway.add(key);
  try {
    await act();
  } finally {
    underway.delete(key);
  }
}

type Handler = (context: Context, interaction: Press, button: ButtonId) => Promise<void>;

/** A result of a private message stays private. */
const audienceOf = (interaction: Press) =>
  interaction.message.flags.has(MessageFlags.Ephemeral) ? 'private' : 'public';

const remake =
  (
    createRequest: (task: TaskView, button: ButtonId, isPrivate: boolean) => GenerationRequest | undefined,
  ): Handler =>
  async (context, interaction, button) => {
    const messageId = await deferReply(interaction, audienceOf(interaction));
    const task = await requireOwnTask(context, button.taskId);
    const request = createRequest(task, button, audienceOf(interaction) === 'private');
    if (!request) throw new Refusal(context.say.noPicture);
    await startGeneration(context, interaction, request, messageId);
  };

const cancel: Handler = async (context, interaction, { taskId }) => {
  const messageId = await deferReply(interaction, 'private');
  await requireOwnTask(context, taskId);
  let cancelled: TaskView;
  try {
    cancelled = await context.client.cancelTask({ params: { id: taskId } });
  } catch (error) {
    if (!(error instanceof ClientProblem && error.code === 'task-finished')) throw error;
    // The message missed the end of the task: show it now.
    await showTask(context, interaction, await requireOwnTask(context, taskId), messageId);
    return;
  }
  const { bot, say, person } = context;
  const left = await findCreditsLeft(bot, person, cancelled);
  const told = [say.cancelled, presentRefund(say, cancelled), ...(left ? [presentLeft(say, left)] : [])];
  await answerText(interaction, say.sentences(told));
};

/** The owner deletes the files; a moderator removes the messages that show them, in the gallery too. */
const remove: Handler = async (context, interaction, { taskId }) => {
  await deferReply(interaction, 'private');
  const { bot, client, say } = context;
  const isModerator = interaction.memberPermissions?.has(PermissionFlagsBits.ManageMessages) ?? false;
  let answer = say.messageRemoved;
  try {
    const task = await requireOwnTask(context, taskId);
    await Promise.all(task.outputs.map(({ id }) => client.deleteAsset({ params: { id } })));
    answer = say.deleted;
  } catch (error) {
    if (!(error instanceof Refusal && isModerator)) throw error;
    if (interaction.guildId !== null)
      await client.withdrawFromGallery({ params: { discordGuildId: interaction.guildId, id: taskId } });
  }
  bot.gallery.wake();
  await interaction.webhook.deleteMessage(interaction.message.id);
  await answerText(interaction, answer);
};

const publish: Handler = async (context, interaction, { taskId }) => {
  await deferReply(interaction, 'private');
  const { bot, say, person, client } = context;
  const task = await requireOwnTask(context, taskId);
  if (task.outputs.length === 0) throw new Refusal(presentAbsence(say, task));
  const knownPolicy = await bot.policies.require(interaction.guildId);
  // A result from a private message, or from elsewhere, follows the rules of the place where others see it.
  const shown = { workflow: task.workflow.name, params: task.params };
  await loggingRefusal(context, interaction, shown, async () => {
    requireUnblocked(say, knownPolicy, person, bot.clock.now());
    requireAllowed(say, knownPolicy, placeOf(interaction), shown);
  });
  const ref = createMessageRef({ ...context, knownPolicy }, interaction, interaction.message.id);
  const content = await createEndMessage(bot, task, { ...ref, e: false });
  // The text first: while the private deferral is empty, a follow-up would only fill it.
  await answerText(interaction, say.publishing);
  let isKnown = true;
  try {
    // Such messages take no nonce: a repeated request may publish twice.
    await bot.restOnce.post(`/webhooks/${bot.applicationId()}/${interaction.token}`, {
      ...toBody(content),
      auth: false,
    });
  } catch (error) {
    if (!isPassing(error)) throw error;
    bot.log.warn({ err: error, taskId }, 'it is not known whether a result was published');
    isKnown = false;
  }
  // Only now: what Discord refuses stays private. What may be seen is public.
  await client.patchTask({ params: { id: taskId }, body: { visibility: 'public' } });
  if (!isKnown) throw new Refusal(say.gallery.publishedUnknown);
  await answerText(interaction, say.published);
};

const fetchResult: Handler = async (context, interaction, { taskId }) => {
  const messageId = await deferReply(interaction, audienceOf(interaction));
  await showTask(context, interaction, await requireOwnTask(context, taskId), messageId);
};

const handlers: Record<Exclude<Action, 'edit' | 'inpaint' | 'outpaint' | 'open'>, Handler> = {
  cancel,
  upscale: remake(upscaleRequest),
  vary: remake(varyRequest('vary')),
  subtle: remake(varyRequest('subtle')),
  strong: remake(varyRequest('strong')),
  reroll: remake(rerollRequest),
  animate: remake(animateRequest),
  cutout: remake(cutOutRequest),
  draw: remake(drawRequest),
  delete: remove,
  publish,
  fetch: fetchResult,
  star: pressStar,
  again: offerAgain,
};
