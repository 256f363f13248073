import { MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import { startGeneration } from '../../generate/startGeneration.ts';
import { deferReply, replyPrivately } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { parseButtonId } from '../buttons/customId.ts';
import { editRequest } from '../buttons/remake.ts';
import { requireOwnTask } from '../buttons/requireOwnTask.ts';
import { parseFormId } from './formId.ts';
import { submitInpaint, submitOutpaint } from './resultForms.ts';
import { submitForm } from './submitForm.ts';

/** Answers a sent form. */
export async function handleModal(context: Context, interaction: ModalSubmitInteraction): Promise<void> {
  const { say } = context;
  const form = parseButtonId(interaction.customId);
  if (form?.action === 'inpaint') return submitInpaint(context, interaction, form);
  if (form?.action === 'outpaint') return submitOutpaint(context, interaction, form);
  if (form?.action !== 'edit') {
    const id = parseFormId(interaction.customId);
    return id ? submitForm(context, interaction, id) : replyPrivately(interaction, say.oldButton);
  }
  const isPrivate = interaction.message?.flags.has(MessageFlags.Ephemeral) ?? true;
  const messageId = await deferReply(interaction, isPrivate ? 'private' : 'public');
  const task = await requireOwnTask(context, form.taskId);
  const prompt = interaction.fields.getTextInputValue('prompt');
  const negative = interaction.fields.getTextInputValue('negative');
  const request = editRequest(task, prompt, 'negativePrompt' in task.params ? negative : undefined);
  if (!request) throw new Refusal(say.noPicture);
  await startGeneration(context, interaction, request, messageId);
}
