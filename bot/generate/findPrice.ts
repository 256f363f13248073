import type { QuoteView } from '@star-graph/contract/tasks/generate';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { clientAt, placeOf } from '../interaction/place.ts';
import { findInTime } from '../interaction/withTimeout.ts';
import { fitRequest } from './fitRequest.ts';
import type { GenerationRequest } from './generationRequest.ts';

/** A form has to be the first answer: the API may take this long to tell the price. */
const priceWithinMs = 800;

/** The price and payer of a request here; undefined if that is not known in time, or the request would be refused. */
export async function findPriceSoon(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
): Promise<QuoteView | undefined> {
  const { bot } = context;
  try {
    return await findInTime(bot.clock, findPrice(context, interaction, request), priceWithinMs);
  } catch (err) {
    bot.log.debug({ err }, 'a form says no price');
    return undefined;
  }
}

/** @throws Refusal, and the API's problems. */
export async function findPrice(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
): Promise<QuoteView> {
  const [policy, preferences] = await Promise.all([
    context.bot.policies.require(interaction.guildId),
    context.client.getPreferences(),
  ]);
  const place = placeOf(interaction);
  const { workflow, params } = await fitRequest(context, { policy, place, preferences }, request);
  return clientAt(context, policy, place).quote(workflow, params);
}
