import { ClientProblem } from '@star-graph/client/clientProblem';
import { galleryStarsOf } from '@star-graph/contract/guilds/guildRules';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { MessageFlags } from 'discord.js';
import { answerText, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { requirePlace, requireUnblocked } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentAbsence } from '../../replies/taskEmbed.ts';
import { type ButtonId, formatButtonId } from './customId.ts';

/**
 * ⭐: the owner of a result makes it a favourite, or no longer; others give it a star for the gallery of their server.
 */
export async function pressStar(context: Context, interaction: Press, button: ButtonId): Promise<void> {
  await deferReply(interaction, 'private');
  const task = await findOwnTask(context, button.taskId);
  if (task) await toggleFavourite(context, interaction, task, button.index);
  else await giveStar(context, interaction, button);
}

async function findOwnTask({ client }: Context, id: string): Promise<TaskView | undefined> {
  try {
    return await client.getTask({ params: { id } });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function toggleFavourite(
  { say, client }: Context,
  interaction: Press,
  task: TaskView,
  index: number,
): Promise<void> {
  const asset = task.outputs[index];
  if (!asset) throw new Refusal(presentAbsence(say, task));
  const params = { id: asset.id };
  if (asset.favourite) {
    await client.dropFavourite({ params });
    return answerText(interaction, say.stars.dropped);
  }
  try {
    await client.keepFavourite({ params });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'quota-exceeded')
      throw new Refusal(say.stars.tooMany);
    throw error;
  }
  await answerText(interaction, say.stars.kept);
}

async function giveStar(context: Context, interaction: Press, button: ButtonId): Promise<void> {
  const { bot, say, client, person } = context;
  const { guildId, message } = interaction;
  const policy = await bot.policies.require(guildId);
  const { galleryChannelId } = policy;
  if (guildId === null || galleryChannelId === undefined || message.flags.has(MessageFlags.Ephemeral))
    throw new Refusal(say.notYours);
  const place = placeOf(interaction);
  requireUnblocked(say, policy, person, bot.clock.now());
  requirePlace(say, policy, place);
  const { taskId, index } = button;
  const { stars, isNew, isDue } = await client
    .giveStar({
      params: { discordGuildId: guildId, id: taskId },
      body: {
        index,
        channelId: message.channelId,
        messageId: message.id,
        ageRestricted: place.isAgeRestricted,
      },
    })
    .catch((error: unknown) => explain(context, guildId, error));
  const gallery = `<#${galleryChannelId}>`;
  const words = say.gallery;
  const missing = Math.max(0, galleryStarsOf(policy) - stars);
  const counted = missing === 0 ? words.stars(stars) : words.missing(stars, missing, gallery);
  if (isDue) await answerText(interaction, words.due(stars, gallery));
  else await answerText(interaction, `${isNew ? words.given : words.givenBefore} ${counted}`);
  if (isDue) bot.gallery.wake();
  await bot.starCounts.show(interaction, formatButtonId(button), stars);
}

/** The API knows a new block at once; this process reads it a little later. */
async function explain({ bot, say, person }: Context, guildId: string, error: unknown): Promise<never> {
  if (!(error instanceof ClientProblem)) throw error;
  if (error.code === 'not-found') throw new Refusal(say.gallery.notPublic);
  if (error.code === 'forbidden') {
    const policy = await bot.policies.requireFresh(guildId);
    requireUnblocked(say, policy, person, bot.clock.now());
    if (policy.galleryChannelId === undefined) throw new Refusal(say.notYours);
  }
  throw error;
}
