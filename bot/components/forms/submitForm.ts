import type { ModalSubmitInteraction } from 'discord.js';
import { giveCredits } from '../../commands/account/gift.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { deferReply } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfResult, placeOf } from '../../interaction/place.ts';
import { requireCommand } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import { parseDenoise } from './denoise.ts';
import type { FormId, PictureFormId } from './formId.ts';
import { submitMask } from './resultForms.ts';
import { submitRun } from './runForm.ts';

type Submit<Id> = (context: Context, interaction: ModalSubmitInteraction, id: Id) => Promise<void>;

/** Executes a form. Its values were typed, and the custom_id may be forged, so all of it is checked. */
export function submitForm(context: Context, interaction: ModalSubmitInteraction, id: FormId): Promise<void> {
  switch (id.form) {
    case 'asset':
      return submitRepaint(context, interaction, id);
    case 'mask':
      return submitMask(context, interaction, id);
    case 'gift':
      return submitGift(context, interaction, id);
    case 'run':
      return submitRun(context, interaction, id);
  }
}

const submitRepaint: Submit<PictureFormId> = async (context, interaction, id) => {
  const messageId = await deferReply(interaction, audienceOfResult(context, interaction));
  const { fields } = interaction;
  const negativePrompt = fields.getTextInputValue('negative');
  const denoise = parseDenoise(context.say, fields.getTextInputValue('denoise'));
  const params = {
    prompt: fields.getTextInputValue('prompt'),
    image: id.assetId,
    ...(negativePrompt === '' ? {} : { negativePrompt }),
    ...(denoise === undefined ? {} : { denoise }),
  };
  const { parentId } = id;
  const request = {
    workflow: 'img2img',
    params,
    takesDefaults: true as const,
    ...(parentId === undefined ? {} : { parentId }),
  };
  await startGeneration(context, interaction, request, messageId);
};

const submitGift: Submit<Extract<FormId, { form: 'gift' }>> = async (context, interaction, { personId }) => {
  await deferReply(interaction, 'private');
  const { bot, say } = context;
  const policy = await bot.policies.require(interaction.guildId);
  requireCommand(say, policy, placeOf(interaction), 'gift');
  const amount = interaction.fields.getTextInputValue('amount').trim();
  if (!/^[1-9][0-9]{0,6}$/.test(amount)) throw new Refusal(say.badOption(say.field.amount));
  const receiver = { id: personId, isBot: false, name: `<@${personId}>` };
  await giveCredits(context, interaction, receiver, Number(amount));
};
