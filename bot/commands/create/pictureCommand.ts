import type { AssetView } from '@star-graph/contract/assets/assets';
import type { ChatInputCommandInteraction, SlashCommandBuilder } from 'discord.js';
import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Context } from '../../interaction/context.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { type CommandText, createSlash } from '../options/localise.ts';
import {
  addDelivery,
  addPicture,
  addPrompt,
  addSampling,
  readSampling,
  withoutNulls,
} from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

type Params = Readonly<Record<string, unknown>>;

interface PictureCommand {
  workflow: 'img2img' | 'inpaint' | 'outpaint' | 'pose';
  text: CommandText;
  /** The result keeps the picture's own size, or one that follows from it; the person's defaults are left out. */
  keepsSize?: true;
  /** Before the options of the sampling: Discord wants those that are required first. */
  addFirst?(builder: SlashCommandBuilder): unknown;
  addLast?(builder: SlashCommandBuilder): unknown;
  /** Its own parameters; null: not chosen. */
  read(
    options: ChatInputCommandInteraction['options'],
    context: Context,
    image: AssetView,
  ): Params | Promise<Params>;
}

/** A command that draws from a picture and words. */
export function createPictureCommand(its: PictureCommand): Command {
  const { workflow } = its;
  const builder = addPicture(addPrompt(createSlash(its.text), workflow));
  its.addFirst?.(builder);
  addSampling(builder, workflow, { hasSize: !its.keepsSize });
  its.addLast?.(builder);
  return {
    data: addDelivery(builder).toJSON(),
    audience: 'result',
    async execute(context, interaction, messageId) {
      const slash = requireSlash(interaction);
      const image = await takePicture(context, slash.options.getAttachment('image', true));
      const own = withoutNulls(await its.read(slash.options, context, image));
      const sampling = readSampling(context, slash);
      const params = { ...sampling.params, image: image.id, ...own };
      const defaults = its.keepsSize ? {} : { takesDefaults: true as const };
      await startGeneration(context, interaction, { workflow, ...sampling, params, ...defaults }, messageId);
    },
    complete: completeSampling,
  };
}
