import type { AssetView } from '@star-graph/contract/assets/assets';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { FileUploadBuilder, LabelBuilder, type ModalBuilder, type ModalSubmitInteraction } from 'discord.js';
import { findPriceSoon } from '../../generate/findPrice.ts';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import { takeMask } from '../../generate/masks.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { answerFirst, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfRemade, audienceOfResult } from '../../interaction/place.ts';
import { Refusal } from '../../replies/problems.ts';
import { type ButtonId, formatButtonId } from '../buttons/customId.ts';
import { keptParamsOf } from '../buttons/remake.ts';
import { requireOwnTask } from '../buttons/requireOwnTask.ts';
import { createForm, type FormOpener, priceNote } from './formFields.ts';
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

/** @throws Refusal */
export async function submitInpaint(
  context: Context,
  interaction: ModalSubmitInteraction,
  { taskId, index }: ButtonId,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfRemade(context, interaction));
  const task = await requireOwnTask(context, taskId);
  const image = task.outputs[index];
  if (!image?.mime.startsWith('image/')) throw new Refusal(context.say.noPicture);
  const { params } = await readMaskForm(context, interaction, image);
  // Its own model draws into masks, even if another model drew the picture.
  const all = { ...keptParamsOf(task, ['negativePrompt']), ...params };
  const request = { workflow: 'inpaint', params: all, parentId: taskId };
  await startGeneration(context, interaction, request, messageId);
}

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
