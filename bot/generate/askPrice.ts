import { ClientProblem } from '@star-graph/client/clientProblem';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { Refusal } from '../replies/problems.ts';
import { requireCredits } from './explainRefusal.ts';
import { findPrice } from './findPrice.ts';
import type { GenerationRequest } from './generationRequest.ts';

/** What one press may cost without a question, for people who have chosen nothing else. */
const unaskedCredits = 10;
/** Discord's own bound for a custom_id. */
const charactersAtMost = 100;

/**
 * Asks before a press without a form costs more than the person wants to be asked about.
 * @throws Refusal with the button that says yes, or with what is missing: nobody is asked for what they cannot pay
 */
export async function askPrice(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
): Promise<void> {
  const { unseen } = request;
  if (!unseen) return;
  const { say, client } = context;
  const { askAboveCredits = unaskedCredits } = await client.getPreferences();
  // A request that is refused is refused when it is made, where moderators are told.
  const quote = await findPrice(context, interaction, request).catch((error: unknown) => {
    if (error instanceof Refusal || error instanceof ClientProblem) return undefined;
    throw error;
  });
  if (!quote) return;
  await requireCredits(context, [quote]);
  if (quote.cost <= Math.max(askAboveCredits, unseen.agreed ?? 0)) return;
  const customId = unseen.yes(quote.cost);
  // The longest names of workflows leave no room: such a press is as it was.
  if (customId.length > charactersAtMost) return;
  const yes = new ButtonBuilder().setCustomId(customId).setStyle(ButtonStyle.Primary).setLabel(say.makeIt);
  throw new Refusal(say.asksPrice(quote.cost), [
    new ActionRowBuilder<ButtonBuilder>().addComponents(yes).toJSON(),
  ]);
}
