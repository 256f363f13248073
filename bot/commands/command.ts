import type {
  ApplicationCommandOptionChoiceData,
  AutocompleteInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';

/** One command of Discord's: what it is registered as, and what it does. */
export interface Command {
  data: RESTPostAPIApplicationCommandsJSONBody;
  /** Who sees the answer; `result`: as the person and the server wish. */
  audience: 'private' | 'result';
  /**
   * The slash command that a server's managers allow or withdraw this one with; default: itself. Null: it is never
   * withdrawn.
   */
  like?: string | null;
  /** Answers with a form, which has to be the first answer. */
  opensModal?(interaction: Answerable): boolean;
  /** @param messageId of the deferred answer, where Discord told it. */
  execute(context: Context, interaction: Answerable, messageId: string | undefined): Promise<void>;
  complete?(
    context: Context,
    interaction: AutocompleteInteraction,
  ): Promise<ApplicationCommandOptionChoiceData[]>;
}
