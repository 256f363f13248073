import { LabelBuilder, type ModalSubmitInteraction, StringSelectMenuBuilder } from 'discord.js';
import { directions, isDirection, readMargins, usualAmount } from '../../generate/margins.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { answerFirst, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfRemade } from '../../interaction/place.ts';
import { Refusal } from '../../replies/problems.ts';
import { type ButtonId, formatButtonId } from '../buttons/customId.ts';
import { keptParamsOf } from '../buttons/remake.ts';
import { requireOwnTask } from '../buttons/requireOwnTask.ts';
import { createForm, createInput } from './formFields.ts';
import { findEdited } from './promptForm.ts';

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
  const note = quote === undefined ? {} : { note: say.usualPrice(quote.cost) };
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
    { id: 'prompt', label: say.outpaint.prompt, value: prompt, isRequired: true, ...note },
  ]).addLabelComponents(where, howFar);
  await answerFirst(() => interaction.showModal(form));
}

/** @throws Refusal */
export async function submitOutpaint(
  context: Context,
  interaction: ModalSubmitInteraction,
  { taskId, index }: ButtonId,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfRemade(context, interaction));
  const task = await requireOwnTask(context, taskId);
  const image = task.outputs[index];
  if (!image?.mime.startsWith('image/')) throw new Refusal(context.say.noPicture);
  const { fields } = interaction;
  const [direction] = fields.getStringSelectValues('direction');
  if (!isDirection(direction)) throw new Refusal(context.say.badOption(context.say.outpaint.direction));
  // Its own model continues the picture, even if another model drew it.
  const params = {
    ...keptParamsOf(task, ['negativePrompt']),
    image: image.id,
    prompt: fields.getTextInputValue('prompt'),
    ...readMargins(context, direction, fields.getTextInputValue('amount'), image),
  };
  await startGeneration(context, interaction, { workflow: 'outpaint', params, parentId: taskId }, messageId);
}
