import { ClientProblem } from '@star-graph/client/clientProblem';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { findPriceSoon } from '../../generate/findPrice.ts';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import { answerFirst, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { unescapeText } from '../../replies/markdown.ts';
import { Refusal } from '../../replies/problems.ts';
import { readTexts, toApi } from '../../tracking/messageParts.ts';
import { formatButtonId } from '../buttons/customId.ts';
import { rerollRequest } from '../buttons/remake.ts';
import { createForm, priceNote } from './formFields.ts';

/** A form has to be the first answer: the API may take this long to tell the prompt. */
const soonMs = 1_500;

interface Edited {
  prompt: string;
  negativePrompt: string;
  /** What the request costs here. */
  quote?: QuoteView;
}

/**
 * The prompt to change, or the part of it in the message if the API is slow.
 * @param toRequest the request of the unchanged form, which the price is for.
 * @throws Refusal for another person's.
 */
export async function findEdited(
  context: Context,
  interaction: Press,
  taskId: string,
  toRequest: (task: TaskView) => GenerationRequest | undefined = rerollRequest,
): Promise<Edited> {
  const { message } = interaction;
  const shown = unescapeText(message.embeds[0]?.description ?? readTexts(toApi(message)));
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
    const asker = message.interactionMetadata?.user.id;
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
