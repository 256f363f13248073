import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import { findPriceSoon } from '../../generate/findPrice.ts';
import { answerFirst } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import type { Messages } from '../../replies/texts/en.ts';
import { denoiseLabel } from './denoise.ts';
import { createForm, type FormOpener, priceNote } from './formFields.ts';
import { type FormId, formatFormId, type PictureFormId } from './formId.ts';
import { openMaskForm } from './resultForms.ts';
import { openRunForm } from './runForm.ts';

/** Opens the form that a button or a menu stands for. */
export function openForm(context: Context, interaction: FormOpener, id: FormId): Promise<void> {
  switch (id.form) {
    case 'asset':
      return openRepaintForm(context, interaction, id);
    case 'mask':
      return openMaskForm(context, interaction, id);
    case 'gift':
      return openGiftForm(context, interaction, id.personId);
    case 'run':
      return openRunForm(context, interaction, id);
  }
}

/** Asks how to repaint a picture. */
async function openRepaintForm(context: Context, interaction: FormOpener, id: PictureFormId): Promise<void> {
  const { say } = context;
  const params = { image: id.assetId, prompt: say.field.prompt };
  const quote = await findPriceSoon(context, interaction, { workflow: 'img2img', params });
  const form = createForm(formatFormId(id), say.modal.img2imgTitle, [
    { id: 'prompt', label: say.field.prompt, value: '', isRequired: true, ...priceNote(say, quote) },
    { id: 'negative', label: say.field.negativePrompt, value: '', isRequired: false },
    {
      id: 'denoise',
      label: denoiseLabel(say),
      value: '',
      isRequired: false,
      isShort: true,
      placeholder: say.modal.denoiseHint,
    },
  ]);
  await answerFirst(() => interaction.showModal(form));
}

/** Asks how much to give. */
export async function openGiftForm(
  { say }: Context,
  interaction: FormOpener,
  personId: string,
): Promise<void> {
  const form = createForm(formatFormId({ form: 'gift', personId }), say.modal.giftTitle, [
    { id: 'amount', label: say.field.amount, value: '', isRequired: true, isShort: true, placeholder: '10' },
  ]);
  await answerFirst(() => interaction.showModal(form));
}

/** A button that opens a form, for work that had to be done before. */
export const createFormRow = (say: Messages, id: FormId): ActionRowBuilder<ButtonBuilder> =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId(formatFormId(id)).setLabel(say.button.form).setStyle(ButtonStyle.Primary),
  );
