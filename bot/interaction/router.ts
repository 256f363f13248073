import { type AutocompleteInteraction, DiscordAPIError, type Interaction } from 'discord.js';
import { commands } from '../commands/commands.ts';
import { handleButton } from '../components/buttons/handleButton.ts';
import { openActivity } from '../components/buttons/openActivity.ts';
import { handleModal } from '../components/forms/handleModal.ts';
import { findWayOn } from '../generate/explainRefusal.ts';
import { countInteraction, timeFirstAnswer } from '../metrics.ts';
import { loggingRefusal } from '../policy/logRequest.ts';
import { requireCommand } from '../policy/policyCheck.ts';
import { presentProblem, Refusal } from '../replies/problems.ts';
import { chooseLocale, messagesOf } from '../replies/texts/locale.ts';
import { discordCodes, hasCode } from '../tracking/discordFailures.ts';
import {
  type Answerable,
  AnsweredElsewhere,
  answerFirst,
  deferReply,
  replyPrivately,
  toPrivate,
} from './acknowledge.ts';
import type { Bot, Context } from './context.ts';
import { audienceOfResult, placeOf } from './place.ts';
import { sayWhenSlow } from './slowWords.ts';
import { findInTime } from './withTimeout.ts';

const byName = new Map(commands.map((command) => [command.data.name, command]));
/** Discord's errors after which no answer is possible: too late, deleted, removed. */
const quietCodes = [
  discordCodes.unknownInteraction,
  discordCodes.unknownChannel,
  discordCodes.unknownGuild,
  discordCodes.unknownMessage,
  discordCodes.unknownWebhook,
  discordCodes.missingAccess,
  discordCodes.missingPermissions,
  discordCodes.invalidToken,
];

/** Answers one interaction, also after a failure; never rejects. */
export async function handleInteraction(bot: Bot, interaction: Interaction): Promise<void> {
  const arrivedMs = performance.now();
  const context = await createContext(bot, interaction);
  const callOff = sayWhenSlow(context, interaction);
  try {
    if (interaction.isAutocomplete()) {
      const choices = await findChoices(context, interaction);
      await answerFirst(() => interaction.respond(choices));
    } else if (interaction.isChatInputCommand() || interaction.isContextMenuCommand()) {
      await handleCommand(context, interaction, arrivedMs);
    } else if (interaction.isPrimaryEntryPointCommand()) {
      await openActivity(context, interaction);
    } else if (interaction.isButton()) {
      await handleButton(context, interaction, interaction.customId);
    } else if (interaction.isStringSelectMenu()) {
      await handleButton(context, interaction, interaction.values[0] ?? '');
    } else if (interaction.isModalSubmit()) {
      await handleModal(context, interaction);
    }
    countInteraction(interaction, 'answered');
  } catch (error) {
    if (error instanceof AnsweredElsewhere) {
      countInteraction(interaction, 'elsewhere');
      bot.log.info({ interactionId: interaction.id }, error.message);
      return;
    }
    countInteraction(interaction, error instanceof Refusal ? 'refused' : 'failed');
    await answerFailure(context, interaction, error);
  } finally {
    callOff();
  }
}

/** Choices cannot be deferred: late ones are useless. */
const choicesWithinMs = 1_500;

async function findChoices(context: Context, interaction: AutocompleteInteraction) {
  const { bot } = context;
  const choices = byName.get(interaction.commandName)?.complete?.(context, interaction);
  return (choices && (await findInTime(bot.clock, choices, choicesWithinMs))) ?? [];
}

async function createContext(bot: Bot, interaction: Interaction): Promise<Context> {
  const arrivedAtMs = bot.clock.now().getTime();
  const isPolicyNeeded = !interaction.isAutocomplete() && !interaction.isMessageComponent();
  const knownPolicy = isPolicyNeeded ? await bot.policies.findSoon(interaction.guildId) : undefined;
  const locale = chooseLocale(interaction.locale, knownPolicy?.locale);
  const person = interaction.user.id;
  return {
    bot,
    arrivedAtMs,
    person,
    locale,
    say: messagesOf(locale),
    client: bot.clientFor(person),
    knownPolicy,
  };
}

type CommandInteraction = Extract<Answerable, { commandName: string }>;

async function handleCommand(
  context: Context,
  interaction: CommandInteraction,
  arrivedMs: number,
): Promise<void> {
  const command = byName.get(interaction.commandName);
  // Discord shows a command for a while after another version has taken it back.
  if (!command) return replyPrivately(interaction, context.say.oldCommand);
  if (command.opensModal?.(interaction)) return command.execute(context, interaction, undefined);
  const audience = command.audience === 'result' ? audienceOfResult(context, interaction) : command.audience;
  const messageId = await deferReply(interaction, audience);
  timeFirstAnswer(interaction.commandName, arrivedMs);
  if (command.like !== null)
    await loggingRefusal(context, interaction, {}, async () =>
      requireCommand(
        context.say,
        await context.bot.policies.require(interaction.guildId),
        placeOf(interaction),
        command.like ?? command.data.name,
      ),
    );
  await command.execute(context, interaction, messageId);
}

async function answerFailure(context: Context, interaction: Interaction, error: unknown): Promise<void> {
  const { bot, say } = context;
  if (error instanceof DiscordAPIError && hasCode(error, quietCodes)) {
    bot.log.info({ code: error.code, interactionId: interaction.id }, 'an answer came too late or nowhere');
    return;
  }
  const sentence = presentProblem(say, error);
  const components = await findWayOn(context, error);
  if (sentence === say.unexpected) bot.log.error({ err: error }, 'an interaction failed');
  try {
    if (interaction.isAutocomplete()) {
      if (!interaction.responded) await interaction.respond([]);
    } else if (interaction.deferred) {
      await answerPrivately(interaction as Answerable, { content: sentence, components });
    } else if (!interaction.replied) {
      await replyPrivately(interaction as Answerable, sentence);
    }
  } catch (err) {
    bot.log.info({ err, interactionId: interaction.id }, 'a refusal could not be shown');
  }
}

/** A failure concerns the person alone: a public deferral goes, and a private message takes its place. */
async function answerPrivately(
  interaction: Answerable,
  { content, components }: { content: string; components: Refusal['components'] },
): Promise<void> {
  if (interaction.ephemeral) {
    await interaction.editReply({ content, components, allowedMentions: { parse: [] } });
    return;
  }
  // In this order: a follow-up to a deferral that is still there only fills it, for everybody to see.
  await interaction.deleteReply().catch((error: unknown) => {
    if (!hasCode(error, [discordCodes.unknownMessage])) throw error;
  });
  await interaction.followUp({ ...toPrivate(content), components });
}
