import { ClientProblem } from '@star-graph/client/clientProblem';
import { findPlaceFault } from '@star-graph/contract/guilds/placeFaults';
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  DiscordAPIError,
  EntryPointCommandHandlerType,
  InteractionContextType,
  type PrimaryEntryPointCommandInteraction,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { answerFirst, type Press, replyPrivately } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { findInTime } from '../../interaction/withTimeout.ts';

/** What opens the Activity from Discord's list of apps. The bot answers, so that it knows who opens what. */
export const entryPoint: RESTPostAPIApplicationCommandsJSONBody = {
  type: ApplicationCommandType.PrimaryEntryPoint,
  handler: EntryPointCommandHandlerType.AppHandler,
  name: 'launch',
  name_localizations: { 'zh-CN': '打开' },
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};

/** Discord waits three seconds for the launch, and takes none after a deferral. */
const preparedWithinMs = 1_500;

/**
 * Opens the Activity in this channel, with this task of the person if it is theirs.
 * @param taskId undefined: with whatever the person did last there.
 */
export async function openActivity(
  context: Context,
  interaction: Press | PrimaryEntryPointCommandInteraction,
  taskId?: string,
): Promise<void> {
  const { bot, say } = context;
  const policy = context.knownPolicy ?? (await bot.policies.findSoon(interaction.guildId));
  const fault = policy && findPlaceFault(policy, placeOf(interaction));
  if (fault) return replyPrivately(interaction, say.refused.channel);
  await findInTime(bot.clock, prepare(context, taskId), preparedWithinMs);
  try {
    await answerFirst(() => interaction.launchActivity());
  } catch (error) {
    // Too old a client, a place that takes none, a region: Discord has a dozen reasons.
    if (!(error instanceof DiscordAPIError) || error.status !== 400) throw error;
    await replyPrivately(interaction, say.activityRefused);
  }
}

/** Where it cannot be said what to open, the Activity opens all the same. */
async function prepare(context: Pick<Context, 'bot' | 'client'>, taskId: string | undefined): Promise<void> {
  const { bot, client } = context;
  try {
    await client.prepareOpening({ body: taskId === undefined ? {} : { taskId } });
  } catch (error) {
    const isOthers = error instanceof ClientProblem && error.code === 'not-found';
    if (isOthers && taskId !== undefined) return prepare(context, undefined);
    bot.log.info({ err: error }, 'it is not known what the Activity opens with');
  }
}
