import {
  ApplicationIntegrationType,
  InteractionContextType,
  type LocalizationMap,
  SlashCommandBuilder,
} from 'discord.js';

/** A name and a description in both languages: `[English, 中文]`. */
export interface CommandText {
  name: readonly [string, string];
  description: readonly [string, string];
}

interface Localisable {
  setName(name: string): this;
  setNameLocalizations(names: LocalizationMap): this;
  setDescription(text: string): this;
  setDescriptionLocalizations(texts: LocalizationMap): this;
}

/** English is listed too: a client in English must not fall back on another language. */
const bothOf = ([english, chinese]: readonly [string, string]): LocalizationMap => ({
  'en-US': english,
  'en-GB': english,
  'zh-CN': chinese,
});

export const localise = <Builder extends Localisable>(builder: Builder, text: CommandText): Builder =>
  builder
    .setName(text.name[0])
    .setNameLocalizations(bothOf(text.name))
    .setDescription(text.description[0])
    .setDescriptionLocalizations(bothOf(text.description));

/** One entry of a list of choices. */
export const createChoice = <Value extends string | number>(
  name: readonly [string, string],
  value: Value,
) => ({ name: name[0], name_localizations: bothOf(name), value });

/** Where a command may be used: a server, the bot's direct messages, and anywhere by those who installed it. */
export const anywhere = {
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
  installs: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
};

export const createSlash = (text: CommandText): SlashCommandBuilder =>
  localise(
    new SlashCommandBuilder().setContexts(anywhere.contexts).setIntegrationTypes(anywhere.installs),
    text,
  );

export const createMenuName = (name: readonly [string, string]) => ({
  name: name[0],
  names: bothOf(name),
});
