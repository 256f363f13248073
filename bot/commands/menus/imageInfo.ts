import { ClientProblem } from '@star-graph/client/clientProblem';
import type { APIEmbed } from 'discord.js';
import {
  copyPicture,
  findOwnTask,
  findResultEmbed,
  fromMessage,
  type SeenMessage,
} from '../../generate/sourceMessage.ts';
import type { Context } from '../../interaction/context.ts';
import { presentOrigin, presentOwnTask } from '../../replies/originEmbed.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

/**
 * Tells how a picture was made, for any copy: from the task if it is the person's own, from the bytes if they are a
 * result or have metadata, and from the bot's text beside a smaller copy.
 */
export const command: Command = {
  data: createMenu(['Image info', '图片信息'], 'message'),
  audience: 'private',
  like: null,
  async execute(context, interaction) {
    const seen = fromMessage(requireMessageMenu(interaction).targetMessage);
    const embed = await describe(context, seen);
    await interaction.editReply({ content: '', embeds: [embed], allowedMentions: { parse: [] } });
  },
};

async function describe(context: Context, seen: SeenMessage): Promise<APIEmbed> {
  const { say, person } = context;
  const task = await findOwnTask(context, seen);
  if (task) return presentOwnTask(say, task, person);
  const told = findResultEmbed(context, seen);
  try {
    return await describeBytes(context, seen);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!told) throw error;
    const { title: _title, image: _image, ...facts } = told;
    return { ...facts, title: say.infoTitle };
  }
}

/** @throws Refusal where the bytes say nothing. */
async function describeBytes(context: Context, seen: SeenMessage): Promise<APIEmbed> {
  const { say, client } = context;
  const copy = await copyPicture(context, seen);
  try {
    return presentOrigin(say, await client.getAssetOrigin({ params: { id: copy.id } }), copy);
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'not-found') throw new Refusal(say.noMessageInfo);
    throw error;
  } finally {
    // The copy was only needed for this question.
    await client.deleteAsset({ params: { id: copy.id } });
  }
}
