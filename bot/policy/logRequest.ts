import { ClientProblem } from '@star-graph/client/clientProblem';
import { commandOf, textOf } from '@star-graph/contract/guilds/placeFaults';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { presentProblem, Refusal } from '../replies/problems.ts';

/** A person's request, as far as it is known. */
interface RequestedGeneration {
  workflow?: string;
  params?: Readonly<Record<string, unknown>>;
}

/** Tells the server's moderators what was accepted. @param messageId of the message that shows it. */
export function logAccepted(
  context: Context,
  interaction: Answerable,
  requested: RequestedGeneration,
  messageId: string,
): void {
  const { guildId, channelId } = interaction;
  const messageUrl = `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
  record(context, interaction, requested, { messageUrl, refusal: undefined });
}

/** Does work that may be refused, and tells the server's moderators about a refusal. @throws the errors of `work`. */
export async function loggingRefusal<Result>(
  context: Context,
  interaction: Answerable,
  requested: RequestedGeneration,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || error instanceof ClientProblem) {
      const refusal = presentProblem(context.say, error);
      record(context, interaction, requested, { messageUrl: undefined, refusal });
    }
    throw error;
  }
}

function record(
  { bot, person }: Context,
  interaction: Answerable,
  { workflow, params }: RequestedGeneration,
  outcome: { messageUrl: string | undefined; refusal: string | undefined },
): void {
  bot.moderationLog.record(interaction.guildId, {
    person,
    channelId: interaction.channelId ?? '0',
    command: commandShown(interaction, workflow),
    prompt: params === undefined ? typedPrompt(interaction) : promptOf(params),
    isPrivate: interaction.ephemeral === true && outcome.refusal === undefined,
    ...outcome,
  });
}

function commandShown(interaction: Answerable, workflow: string | undefined): string {
  if (interaction.isChatInputCommand()) return `/${interaction.commandName}`;
  if (interaction.isContextMenuCommand() || workflow === undefined)
    return 'commandName' in interaction ? interaction.commandName : '';
  const command = commandOf(workflow);
  return command === 'run' ? `/run ${workflow}` : `/${command}`;
}

const typedPrompt = (interaction: Answerable): string =>
  (interaction.isChatInputCommand() && interaction.options.getString('prompt')) || '';

/** An operator's workflow may call it something else. */
const promptOf = (params: NonNullable<RequestedGeneration['params']>): string =>
  typeof params.prompt === 'string' ? params.prompt : textOf(params);
