import { PermissionFlagsBits } from 'discord.js';
import type { Answerable } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { requireSlash } from '../options/requireKind.ts';

const needed = ['ViewChannel', 'SendMessages', 'EmbedLinks', 'AttachFiles'] as const;

/**
 * Whether the bot can post in the chosen gallery, as far as it knows. @throws Refusal naming the missing permissions.
 */
export function requireGalleryAccess({ say }: Context, interaction: Answerable): void {
  const { options, guild } = requireSlash(interaction);
  const id = options.getChannel('gallery')?.id;
  const me = guild?.members.me;
  const permissions = id === undefined || !me ? undefined : guild.channels.cache.get(id)?.permissionsFor(me);
  if (id === undefined || !permissions) return;
  const lacking = needed.filter((name) => !permissions.has(PermissionFlagsBits[name]));
  if (lacking.length === 0) return;
  const names = lacking.map((name) => say.gallery.permission[name]);
  throw new Refusal(say.gallery.lacks(say.list(names), `<#${id}>`));
}
