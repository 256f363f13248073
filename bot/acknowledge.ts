import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type ContextMenuCommandInteraction,
  DiscordAPIError,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';

/** Everything that is answered by a message. */
export type Answerable =
  | ChatInputCommandInteraction
  | ContextMenuCommandInteraction
  | ButtonInteraction
  | ModalSubmitInteraction;

/** Who sees the answer; a deferral fixes it. */
export type Audience = 'public' | 'private';

const alreadyAcknowledged = 40060;

/**
 * The first call of every interaction: three seconds are all there is.
 * @returns the id of the answer's message, where Discord told it.
 */
export async function deferReply(interaction: Answerable, audience: Audience): Promise<string | undefined> {
  try {
    const flags = audience === 'private' ? { flags: MessageFlags.Ephemeral as const } : {};
    const answer = await interaction.deferReply({ ...flags, withResponse: true });
    return answer.resource?.message?.id;
  } catch (error) {
    // The callback took effect and its answer was lost: the library's second try meets the first.
    if (!(error instanceof DiscordAPIError) || error.code !== alreadyAcknowledged) throw error;
    interaction.deferred = true;
    interaction.ephemeral = audience === 'private';
    return undefined;
  }
}

/** Shows text to the person, in place of the deferral. */
export async function answerText(interaction: Answerable, content: string): Promise<void> {
  await interaction.editReply({ content, allowedMentions: { parse: [] } });
}
