import {
  type APIMessageTopLevelComponent,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type ContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type PrimaryEntryPointCommandInteraction,
  type RawFile,
  type StringSelectMenuInteraction,
} from 'discord.js';
import { discordCodes, hasCode } from '../tracking/discordFailures.ts';
import { toPlain } from '../tracking/messageParts.ts';
import { followTries } from './callbackTries.ts';

/** A button, or a choice from a list, below a message. */
export type Press = ButtonInteraction | StringSelectMenuInteraction;

/** Every interaction that is answered by a message. */
export type Answerable =
  | ChatInputCommandInteraction
  | ContextMenuCommandInteraction
  | Press
  | ModalSubmitInteraction;

/** Who sees the answer; a deferral fixes it. */
type Audience = 'public' | 'private';

/**
 * The first call of every interaction, which Discord gives three seconds.
 * @returns the id of the answer's message, if Discord sent it.
 */
export async function deferReply(interaction: Answerable, audience: Audience): Promise<string | undefined> {
  const flags = audience === 'private' ? { flags: MessageFlags.Ephemeral as const } : {};
  const answer = await answerFirst(() => interaction.deferReply({ ...flags, withResponse: true }));
  interaction.deferred = true;
  interaction.ephemeral = audience === 'private';
  return answer?.resource?.message?.id;
}

/** A first answer that is the whole answer. */
export async function replyPrivately(
  interaction: Answerable | PrimaryEntryPointCommandInteraction,
  content: string,
): Promise<void> {
  await answerFirst(() => interaction.reply(toPrivate(content)));
}

export const toPrivate = (content: string) => ({
  content,
  flags: MessageFlags.Ephemeral as const,
  allowedMentions: { parse: [] },
});

/** Another delivery of the same interaction was faster, in this process or another one, and does all the work. */
export class AnsweredElsewhere extends Error {
  constructor(options: ErrorOptions) {
    super('the interaction is answered elsewhere', options);
    this.name = 'AnsweredElsewhere';
  }
}

/**
 * Makes the one callback of an interaction. If the library had to try again and Discord says that it was made
 * already, the first try took effect and its answer was lost.
 * @throws AnsweredElsewhere if this call made no earlier try.
 */
export async function answerFirst<Answer>(callback: () => Promise<Answer>): Promise<Answer | undefined> {
  const tries = { isAnswerLost: false };
  try {
    return await followTries(tries, callback);
  } catch (error) {
    if (!hasCode(error, [discordCodes.alreadyAcknowledged])) throw error;
    if (!tries.isAnswerLost) throw new AnsweredElsewhere({ cause: error });
    return undefined;
  }
}

/** Shows text to the person, in place of the deferral. */
export async function answerText(interaction: Answerable, content: string): Promise<void> {
  await interaction.editReply({ content, allowedMentions: { parse: [] } });
}

/**
 * Shows parts of Components V2 in place of the deferral; where Discord refuses them, the words alone.
 * @param files that parts show as `attachment://…`
 */
export async function answerParts(
  interaction: Answerable,
  components: APIMessageTopLevelComponent[],
  files: readonly RawFile[],
): Promise<void> {
  try {
    await interaction.editReply({
      components,
      files: files.map(({ name, data }) => ({ name, attachment: data as Buffer })),
      flags: MessageFlags.IsComponentsV2,
      allowedMentions: { parse: [] },
    });
  } catch (error) {
    if (!hasCode(error, [discordCodes.invalidForm])) throw error;
    await interaction.editReply({ ...toPlain({ components }), allowedMentions: { parse: [] } });
  }
}
