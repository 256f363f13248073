import { ClientProblem } from '@star-graph/client/clientProblem';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { findShortage } from '@star-graph/contract/tasks/shortage';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import { buyId } from '../components/buttons/customId.ts';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { requireUnblocked } from '../policy/policyCheck.ts';
import { Refusal } from '../replies/problems.ts';
import { findPrice } from './findPrice.ts';
import type { GenerationRequest } from './generationRequest.ts';

/** The API knows a new block at once, which this process reads a little later, and counts the tasks. */
export async function explainRefusal(
  { bot, say, person }: Context,
  guildId: string | null,
  error: unknown,
): Promise<never> {
  if (!(error instanceof ClientProblem)) throw error;
  // The same button under another message of an answer: what it asks for is there.
  if (error.code === 'idempotency-conflict') throw new Refusal(say.alreadyMade);
  // A request that was not accepted needs no refund.
  if (error.code === 'content-refused') throw new Refusal(say.refused.platformWords);
  if (guildId === null || (error.code !== 'forbidden' && error.code !== 'daily-limit')) throw error;
  const policy = await bot.policies.requireFresh(guildId);
  const { dailyTasksPerMember: limit } = policy;
  if (error.code === 'forbidden') requireUnblocked(say, policy, person, bot.clock.now());
  else if (limit !== undefined) throw new Refusal(say.refused.daily(limit));
  throw error;
}

/** With too few credits people want to know how many are missing. */
export async function explainShortage(
  context: Context,
  interaction: Answerable,
  request: GenerationRequest,
  error: unknown,
): Promise<never> {
  if (!(error instanceof ClientProblem && error.code === 'insufficient-credits')) throw error;
  const quote = await findPrice(context, interaction, request).catch((err: unknown) =>
    context.bot.log.info({ err }, 'a price could not be read'),
  );
  if (quote) await requireCredits(context, [quote]);
  throw error;
}

/** @throws Refusal that says what is missing for all of them, before anybody is asked for a yes. */
export async function requireCredits(context: Context, quotes: readonly QuoteView[]): Promise<void> {
  const { say } = context;
  const shortage = findShortage(quotes);
  if (!shortage) return;
  const share = quotes[0]?.sharedCredits;
  const shared = share ? [say.shared.shortage(share.left, share.perDay, share.available)] : [];
  const words = say.sentences([say.shortage(shortage), ...shared, say.wayToCredits]);
  throw new Refusal(words, await offerCredits(context));
}

/** The buttons that lead on from a failure; whoever lacks credits is led to what they cost. */
export async function findWayOn(context: Context, error: unknown): Promise<Refusal['components']> {
  if (error instanceof Refusal) return error.components;
  const isShort = error instanceof ClientProblem && error.code === 'insufficient-credits';
  return isShort ? offerCredits(context) : [];
}

/** A button to what credits cost, where any are sold. */
async function offerCredits({ bot, client, say }: Context): Promise<Refusal['components']> {
  const sold = await client.listPackages().catch((err: unknown) => {
    bot.log.info({ err }, 'it is not known whether credits are sold');
    return undefined;
  });
  if (!sold || sold.items.length === 0 || sold.providers.length === 0) return [];
  const button = new ButtonBuilder()
    .setCustomId(buyId)
    .setStyle(ButtonStyle.Primary)
    .setLabel(say.buyCredits);
  return [new ActionRowBuilder<ButtonBuilder>().addComponents(button).toJSON()];
}
