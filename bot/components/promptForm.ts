import { ClientProblem } from '@star-graph/api/client/clientProblem';
import type { QuoteView } from '@star-graph/api/contract/generate';
import type { TaskView } from '@star-graph/api/contract/tasks';
import { LabelBuilder, ModalBuilder, TextInputBuilder, TextInputStyle } from 'discord.js';
import { answerFirst, type Press } from '../acknowledge.ts';
import type { Context } from '../context.ts';
import { findPriceSoon, type GenerationRequest } from '../generation.ts';
import type { Messages } from '../replies/en.ts';
import { unescapeText } from '../replies/markdown.ts';
import { Refusal } from '../replies/problems.ts';
import { formatButtonId } from './customId.ts';
import { rerollRequest } from './remake.ts';

/** A form has to be the first answer: the API may take this long to tell the prompt. */
const soonMs = 1_500;
const textMax = 4_000;
const shortMax = 200;

interface Edited {
  prompt: string;
  negativePrompt: string;
  /** Of the request, here. */
  quote?: QuoteView;
}

/**
 * The prompt to change, or as much of it as the message shows where the API is slow.
 * @param toRequest what the form asks for if nothing in it is changed: that is what the price is of.
 * @throws Refusal for somebody else's.
 */
export async function findEdited(
  context: Context,
  interaction: Press,
  taskId: string,
  toRequest: (task: TaskView) => GenerationRequest | undefined = rerollRequest,
): Promise<Edited> {
  const shown = unescapeText(interaction.message.embeds[0]?.description ?? '');
  try {
    const options = { timeoutMs: soonMs, signal: AbortSignal.timeout(soonMs) };
    const task: TaskView = await context.client.getTask({ params: { id: taskId } }, options);
    const request = toRequest(task);
    const quote = request && (await findPriceSoon(context, interaction, request));
    return {
      prompt: String(task.params.prompt ?? ''),
      negativePrompt: String(task.params.negativePrompt ?? ''),
      ...(quote === undefined ? {} : { quote }),
    };
  } catch (err) {
    // The message answers the person whose task it is.
    const asker = interaction.message.interactionMetadata?.user.id;
    const isNotFound = err instanceof ClientProblem && err.code === 'not-found';
    if (isNotFound || (asker !== undefined && asker !== context.person))
      throw new Refusal(context.say.notYours);
    context.bot.log.debug({ err }, 'the form shows what the message does');
    return { prompt: shown, negativePrompt: '' };
  }
}

export async function openPromptForm(context: Context, interaction: Press, taskId: string): Promise<void> {
  const { say } = context;
  const { prompt, negativePrompt, quote } = await findEdited(context, interaction, taskId);
  const form = createForm(formatButtonId({ action: 'edit', taskId, index: 0 }), say.modal.editTitle, [
    { id: 'prompt', label: say.field.prompt, value: prompt, isRequired: true, ...priceNote(say, quote) },
    { id: 'negative', label: say.field.negativePrompt, value: negativePrompt, isRequired: false },
  ]);
  await answerFirst(() => interaction.showModal(form));
}

export interface FormField {
  id: string;
  label: string;
  value: string;
  isRequired: boolean;
  /** One line, of a number or the like. */
  isShort?: boolean;
  placeholder?: string;
  /** Below the label. */
  note?: string;
}

/** What sending the form costs, and who pays, where that is known. */
export function priceNote(say: Messages, quote: QuoteView | undefined): Pick<FormField, 'note'> {
  if (!quote) return {};
  const { cost, sharedCredits: share } = quote;
  return { note: share?.pays ? say.shared.price(cost, share.left, share.perDay) : say.price(cost) };
}

/** A form of text fields, within Discord's limits. */
export function createForm(customId: string, title: string, fields: readonly FormField[]): ModalBuilder {
  const labels = fields.slice(0, 5).map((field) => {
    const label = new LabelBuilder().setLabel(field.label.slice(0, 45));
    if (field.note !== undefined) label.setDescription(field.note.slice(0, 100));
    return label.setTextInputComponent(createInput(field));
  });
  return new ModalBuilder()
    .setCustomId(customId)
    .setTitle(title.slice(0, 45))
    .addLabelComponents(...labels);
}

export function createInput({ id, value, isRequired, isShort, placeholder }: FormField): TextInputBuilder {
  const input = new TextInputBuilder()
    .setCustomId(id)
    .setStyle(isShort ? TextInputStyle.Short : TextInputStyle.Paragraph)
    .setMaxLength(isShort ? shortMax : textMax)
    .setRequired(isRequired);
  if (value !== '') input.setValue(value.slice(0, isShort ? shortMax : textMax));
  if (placeholder !== undefined) input.setPlaceholder(placeholder.slice(0, 100));
  return input;
}
