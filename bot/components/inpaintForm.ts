import { FileUploadBuilder, LabelBuilder, type ModalSubmitInteraction } from 'discord.js';
import { answerFirst, deferReply, type Press } from '../acknowledge.ts';
import type { Context } from '../context.ts';
import { audienceOfRemade, startGeneration } from '../generation.ts';
import { takeMask } from '../masks.ts';
import { Refusal } from '../replies/problems.ts';
import { type ButtonId, formatButtonId } from './customId.ts';
import { requireOwnTask } from './handleButton.ts';
import { createForm } from './promptForm.ts';
import { keptParamsOf } from './remake.ts';

/** Asks for the mask of a result, and what to draw there. */
export async function openInpaintForm({ say }: Context, interaction: Press, button: ButtonId): Promise<void> {
  const mask = new LabelBuilder()
    .setLabel(say.mask.label)
    .setDescription(say.mask.hint)
    .setFileUploadComponent(new FileUploadBuilder().setCustomId('mask').setMaxValues(1).setRequired(true));
  const form = createForm(formatButtonId(button), say.modal.inpaintTitle, [
    { id: 'prompt', label: say.mask.prompt, value: '', isRequired: true },
  ]).addLabelComponents(mask);
  await answerFirst(() => interaction.showModal(form));
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
  const given = interaction.fields.getUploadedFiles('mask')?.first();
  if (!image?.mime.startsWith('image/')) throw new Refusal(context.say.noPicture);
  if (!given) throw new Refusal(context.say.attachment.type);
  const mask = await takeMask(context, given, image);
  // Its own model draws into masks, whatever drew the picture.
  const params = {
    ...keptParamsOf(task, ['negativePrompt']),
    image: image.id,
    mask: mask.id,
    prompt: interaction.fields.getTextInputValue('prompt'),
  };
  await startGeneration(context, interaction, { workflow: 'inpaint', params, parentId: taskId }, messageId);
}
