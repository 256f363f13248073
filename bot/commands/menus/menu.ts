import { ApplicationCommandType, ContextMenuCommandBuilder } from 'discord.js';
import { anywhere, createMenuName } from '../options/localise.ts';

/** An entry of the menu on a message or on a person: `[English, 中文]`. */
export function createMenu(name: readonly [string, string], on: 'message' | 'person') {
  const localised = createMenuName(name);
  const type = on === 'message' ? ApplicationCommandType.Message : ApplicationCommandType.User;
  return new ContextMenuCommandBuilder()
    .setName(localised.name)
    .setNameLocalizations(localised.names)
    .setType(type)
    .setContexts(anywhere.contexts)
    .setIntegrationTypes(anywhere.installs)
    .toJSON();
}
