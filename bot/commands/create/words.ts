import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { WritingView } from '@star-graph/contract/tasks/writing';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle, EmbedBuilder } from 'discord.js';
import { runsNow } from '../../api/modelTitles.ts';
import { drawId } from '../../components/buttons/customId.ts';
import { showTask } from '../../generate/showTask.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { type Answerable, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { logAccepted, loggingRefusal } from '../../policy/logRequest.ts';
import { requireAllowed, requireUnblocked } from '../../policy/policyCheck.ts';
import { escapeText, unescapeText, unveil, veil } from '../../replies/markdown.ts';
import { Refusal } from '../../replies/problems.ts';
import { colors } from '../../replies/taskEmbed.ts';

type Params = Record<string, string>;

interface Writing {
  /** What writes it where the operator has no text model. */
  workflow: 'describe' | 'expand-prompt';
  /** Runs where something here can write it. */
  readParams(): Promise<Params> | Params;
  ask(params: Params, options: { idempotencyKey: string }): Promise<WritingView>;
}

/** Answers with words of the operator's text model, or else with the task of a workflow. @throws Refusal without both */
export async function answerWords(
  context: Context,
  interaction: Answerable,
  messageId: string | undefined,
  { workflow, readParams, ask }: Writing,
): Promise<void> {
  const { bot, say, client, person } = context;
  const { textModel } = await client.getStatus();
  // Where that is not known, the API says so itself.
  if (!textModel && (await runsNow(bot, client, workflow)) === false) throw new Refusal(say.noWriter);
  const params = await readParams();
  const request = { workflow, params };
  if (!textModel) {
    await startGeneration(context, interaction, request, messageId);
    return;
  }
  const id = messageId ?? (await interaction.fetchReply()).id;
  await loggingRefusal(context, interaction, request, async () => {
    const policy = await bot.policies.require(interaction.guildId);
    const requireFit = (given: Record<string, unknown>) =>
      requireAllowed(say, policy, placeOf(interaction), { workflow, params: given });
    requireUnblocked(say, policy, person, bot.clock.now());
    requireFit(params);
    const { text, cost, task } = await ask(params, { idempotencyKey: interaction.id });
    // The operator has changed it meanwhile.
    if (task) return showTask(context, interaction, task, id);
    requireFit({ prompt: text });
    const shown = escapeText(text ?? '');
    const isVeiled = resolvePlaceRules(policy, placeOf(interaction)).spoiler === true;
    const embed = new EmbedBuilder()
      .setColor(colors.succeeded)
      .setDescription(isVeiled ? veil(shown) : shown)
      .addFields({ name: say.field.cost, value: say.credits(cost) });
    const draw = new ButtonBuilder()
      .setCustomId(drawId)
      .setStyle(ButtonStyle.Primary)
      .setEmoji({ name: '🖼️' })
      .setLabel(say.button.draw);
    await interaction.editReply({
      embeds: [embed.toJSON()],
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(draw).toJSON()],
      allowedMentions: { parse: [] },
    });
  });
  logAccepted(context, interaction, request, id);
}

/** Draws what the message says, for whoever presses, with their own defaults. */
export async function drawWords(
  context: Context,
  interaction: Press,
  audience: 'private' | 'public',
): Promise<void> {
  const messageId = await deferReply(interaction, audience);
  const prompt = unescapeText(unveil(interaction.message.embeds[0]?.description ?? ''));
  if (prompt === '') throw new Refusal(context.say.oldButton);
  const request = { workflow: 'text2img', params: { prompt }, takesDefaults: true as const };
  await startGeneration(context, interaction, request, messageId);
}
