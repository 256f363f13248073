import type {
  ApplicationCommandOptionChoiceData,
  AutocompleteInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import type { Bilingual } from '../replies/texts/bilingual.ts';

/** One Discord command: its registration and its work. */
export interface Command {
  data: RESTPostAPIApplicationCommandsJSONBody;
  /** Who sees the answer; `result`: as the person and the server wish. */
  audience: 'private' | 'result';
  /**
   * The slash command that a server's managers allow or withdraw this one with; default: itself. Null: it is never
   * withdrawn.
   */
  like?: string | null;
  /** The sentences of this command. */
  texts?: Bilingual<object>;
  /** Answers with a form, which has to be the first answer. */
  opensModal?(interaction: Answerable): boolean;
  /** @param messageId of the deferred answer, where Discord told it. */
  execute(context: Context, interaction: Answerable, messageId: string | undefined): Promise<void>;
  complete?(
    context: Context,
    interaction: AutocompleteInteraction,
  ): Promise<ApplicationCommandOptionChoiceData[]>;
}

/** A command that shows the other commands. @param listAll all commands, including this one */
export type CommandOnOthers = (others: readonly Command[], listAll: () => readonly Command[]) => Command;

/** The slash commands that a server's managers can withdraw, with their names in both languages. */
export const listWithdrawable = (commands: readonly Command[]): ReadonlyMap<string, string> =>
  new Map(
    commands
      .filter(({ data, like }) => 'description' in data && like === undefined)
      .map(({ data: { name, name_localizations: names } }) => [name, names?.['zh-CN'] ?? name]),
  );
