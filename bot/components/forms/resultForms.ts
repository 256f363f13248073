import type { AssetView } from '@star-graph/contract/assets/assets';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import {
  FileUploadBuilder,
  LabelBuilder,
  type ModalBuilder,
  type ModalSubmitInteraction,
  StringSelectMenuBuilder,
} from 'discord.js';
import { findPriceSoon } from '../../generate/findPrice.ts';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import { directions, isDirection, readMargins, usualAmount } from '../../generate/margins.ts';
import { takeMask } from '../../generate/masks.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { answerFirst, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfRemade, audienceOfResult } from '../../interaction/place.ts';
import { Refusal } from '../../replies/problems.ts';
import { type ButtonId, formatButtonId } from '../buttons/customId.ts';
import { keptParamsOf } from '../buttons/remake.ts';
import { requireOwnTask } from '../buttons/requireOwnTask.ts';
import { createForm, createInput, type FormOpener, priceNote } from './formFields.ts';
import { formatFormId, type PictureFormId } from './formId.ts';
import { findEdited } from './promptForm.ts';

/** Asks for the mask of a result, and what to draw there. @throws Refusal for another person's. */
export async function openInpaintForm(context: Context, interaction: Press, button: ButtonId): Promise<void> {
  const { say } = context;
  const { quote } = await findEdited(context, interaction, button.taskId, ({ outputs }) => {
    const image = outputs[button.index];
    return image && withoutMask(say, image.id);
  });
  await answerFirst(() => interaction.showModal(createMaskForm(say, formatButtonId(button), quote)));
}

/** The price does not depend on the mask, which does not exist yet: any picture of that size will do. */
const withoutMask = (say: Context['say'], image: string): GenerationRequest => ({
  workflow: 'inpaint',
  params: { image, mask: image, prompt: say.field.prompt },
});

/** The same of a picture that was copied already. */
export async function openMaskForm(
  context: Context,
  interaction: FormOpener,
  id: PictureFormId,
): Promise<void> {
  const { say } = context;
  const quote = await findPriceSoon(context, interaction, withoutMask(say, id.assetId));
  await answerFirst(() => interaction.showModal(createMaskForm(say, formatFormId(id), quote)));
}

function createMaskForm(say: Context['say'], customId: string, quote?: QuoteView): ModalBuilder {
  const mask = new LabelBuilder()
    .setLabel(say.mask.label)
    .setDescription(say.mask.hint)
    .setFileUploadComponent(new FileUploadBuilder().setCustomId('mask').setMaxValues(1).setRequired(true));
  return createForm(customId, say.modal.inpaintTitle, [
    { id: 'prompt', label: say.mask.prompt, value: '', isRequired: true, ...priceNote(say, quote) },
  ]).addLabelComponents(mask);
}

/**
 * Makes the request of a form about a result. The workflow's own model draws, even if another model drew the picture.
 * @throws Refusal
 */
async function submitForResult(
  context: Context,
  interaction: ModalSubmitInteraction,
  { taskId, index }: ButtonId,
  read: (image: AssetView) => GenerationRequest | Promise<GenerationRequest>,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfRemade(context, interaction));
  const task = await requireOwnTask(context, taskId);
  const image = task.outputs[index];
  if (!image?.mime.startsWith('image/')) throw new Refusal(context.say.noPicture);
  const { workflow, params } = await read(image);
  const all = { ...keptParamsOf(task, ['negativePrompt']), ...params };
  await startGeneration(context, interaction, { workflow, params: all, parentId: taskId }, messageId);
}

/** @throws Refusal */
export const submitInpaint = (
  context: Context,
  interaction: ModalSubmitInteraction,
  button: ButtonId,
): Promise<void> =>
  submitForResult(context, interaction, button, (image) => readMaskForm(context, interaction, image));

/** @throws Refusal, and `not-found` for another person's picture. */
export async function submitMask(
  context: Context,
  interaction: ModalSubmitInteraction,
  { assetId, parentId }: PictureFormId,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfResult(context, interaction));
  const image = await context.client.getAsset({ params: { id: assetId } });
  const request = await readMaskForm(context, interaction, image);
  const parent = parentId === undefined ? {} : { parentId };
  await startGeneration(context, interaction, { ...request, ...parent }, messageId);
}

/** The request that the form makes for this picture. @throws Refusal */
async function readMaskForm(
  context: Context,
  { fields }: ModalSubmitInteraction,
  image: AssetView,
): Promise<GenerationRequest> {
  const given = fields.getUploadedFiles('mask')?.first();
  if (!given) throw new Refusal(context.say.attachment.type);
  const mask = await takeMask(context, given, image);
  const params = { image: image.id, mask: mask.id, prompt: fields.getTextInputValue('prompt') };
  return { workflow: 'inpaint', params };
}

/** Asks where and how far to extend a result, and what to draw there. @throws Refusal for another person's. */
export async function openOutpaintForm(
  context: Context,
  interaction: Press,
  button: ButtonId,
): Promise<void> {
  const { say } = context;
  const { prompt, quote } = await findEdited(context, interaction, button.taskId, ({ outputs }) => {
    const image = outputs[button.index];
    if (!image) return undefined;
    const margins = readMargins(context, 'all', usualAmount, image);
    return { workflow: 'outpaint', params: { image: image.id, prompt: say.field.prompt, ...margins } };
  });
  const where = new LabelBuilder().setLabel(say.outpaint.direction).setStringSelectMenuComponent(
    new StringSelectMenuBuilder().setCustomId('direction').addOptions(
      directions.map((value) => ({
        label: say.outpaint.directions[value],
        value,
        default: value === 'all',
      })),
    ),
  );
  const amount = { id: 'amount', label: say.outpaint.howFar, value: usualAmount };
  const howFar = new LabelBuilder()
    .setLabel(amount.label)
    .setDescription(say.outpaint.howFarHint)
    .setTextInputComponent(createInput({ ...amount, isRequired: true, isShort: true }));
  const form = createForm(formatButtonId(button), say.modal.outpaintTitle, [
    {
      id: 'prompt',
      label: say.outpaint.prompt,
      value: prompt,
      isRequired: true,
      ...priceNote(say, quote, say.usualPrice),
    },
  ]).addLabelComponents(where, howFar);
  await answerFirst(() => interaction.showModal(form));
}

/** @throws Refusal */
export const submitOutpaint = (
  context: Context,
  interaction: ModalSubmitInteraction,
  button: ButtonId,
): Promise<void> =>
  submitForResult(context, interaction, button, (image) => {
    const { fields } = interaction;
    const [direction] = fields.getStringSelectValues('direction');
    if (!isDirection(direction)) throw new Refusal(context.say.badOption(context.say.outpaint.direction));
    const prompt = fields.getTextInputValue('prompt');
    const margins = readMargins(context, direction, fields.getTextInputValue('amount'), image);
    return { workflow: 'outpaint', params: { image: image.id, prompt, ...margins } };
  });
