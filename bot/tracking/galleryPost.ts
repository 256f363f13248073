import type { ApiClient } from '@star-graph/client/client';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GalleryClaimView } from '@star-graph/contract/guilds/gallery';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { type APIButtonComponentWithURL, ButtonStyle, ComponentType, MessageFlags } from 'discord.js';
import type { CatalogueCache } from '../api/catalogueCache.ts';
import { findModelTitles, type TitleDeps } from '../api/modelTitles.ts';
import { engineOf, requireAllowed, requireUnblocked } from '../policy/policyCheck.ts';
import { veil } from '../replies/markdown.ts';
import { Refusal } from '../replies/problems.ts';
import { listFacts, wordsOf } from '../replies/resultEmbed.ts';
import { promptOf } from '../replies/taskEmbed.ts';
import { messagesOf } from '../replies/texts/locale.ts';
import { findMessageRef } from './messageRef.ts';
import type { MessageContent } from './messageRoutes.ts';
import { prepareOutputs } from './resultFiles.ts';

export type GalleryPostClaim = Extract<GalleryClaimView, { work: 'post' }>;

interface GalleryPlace {
  guildId: string;
  policy: GuildPolicyView;
  channel: KnownChannel;
}

const color = 0xf5b942;

const makerOf = ({ madeBy }: GalleryPostClaim): string | undefined => madeBy?.replace(/^discord:/, '');

const idsOf = ({ id, parentId }: KnownChannel): string[] => [id, ...(parentId === null ? [] : [parentId])];

/** The workflows, as its maker is offered them: the API lists them for nobody in particular. */
export async function listOffered(
  { catalogue, clientFor }: { catalogue: CatalogueCache; clientFor(person: string): ApiClient },
  claimed: GalleryPostClaim,
): Promise<readonly WorkflowView[]> {
  const maker = makerOf(claimed);
  return maker === undefined ? [] : catalogue.listWorkflows(clientFor(maker));
}

/**
 * Checks a result by the rules of the gallery's channel. The channels and roles that the bot works for do not matter:
 * the managers have chosen this one. @throws Refusal
 */
export function requireWanted(
  deps: { clock: Clock; findChannel(channelId: string): KnownChannel | undefined },
  { guildId, policy, channel }: GalleryPlace,
  claimed: GalleryPostClaim,
  offered: readonly WorkflowView[],
): void {
  const say = messagesOf('en');
  const maker = makerOf(claimed);
  if (maker !== undefined) requireUnblocked(say, policy, maker, deps.clock.now());
  const { channelIds: _channels, roleIds: _roles, ...rules } = policy;
  const { isAgeRestricted } = channel;
  const place = { guildId, channelIds: idsOf(channel), roleIds: [], isAgeRestricted };
  const { task } = claimed;
  const { name: workflow } = task.workflow;
  requireAllowed(say, rules, place, { workflow, params: task.params, engine: engineOf(offered, workflow) });
  const ref = findMessageRef(task.meta);
  if (isAgeRestricted || ref?.g === undefined) return;
  // Where it was made, and where it was starred. An unknown channel may have been age-restricted.
  if (deps.findChannel(ref.c)?.isAgeRestricted ?? true) throw new Refusal(say.refused.nsfwWords);
}

/** The gallery's post: the result, its maker, prompt and model, and where it was starred. */
export async function createGalleryPost(
  deps: TitleDeps & { clientFor(person: string): ApiClient; platform: ApiClient; fetch: typeof fetch },
  { guildId, policy, channel }: GalleryPlace,
  claimed: GalleryPostClaim,
  fileBytes: number,
): Promise<MessageContent> {
  const say = messagesOf(policy.locale ?? 'en');
  const { task, asset, stars, source } = claimed;
  const maker = makerOf(claimed);
  const isVeiledAt = (channelIds: string[]) =>
    resolvePlaceRules(policy, { channelIds, roleIds: [] }).spoiler === true;
  const isSpoiler =
    findMessageRef(task.meta)?.p === true || isVeiledAt(idsOf(channel)) || isVeiledAt([source.channelId]);
  const client = maker === undefined ? deps.platform : deps.clientFor(maker);
  const [output] = await prepareOutputs({ ...deps, client }, [asset], { fileBytes, isSpoiler });
  const titles = await findModelTitles(deps, client, policy.locale ?? 'en');
  const facts = listFacts(say, { ...task, outputs: [asset] }, titles);
  const file = output?.file;
  const note = file ? say.smallerCopy : say.tooLargeForDiscord;
  const lines = [
    promptOf(task),
    ...wordsOf({ outputs: [asset] }).map((words) => (isSpoiler ? veil(words) : words)),
    [maker === undefined ? '' : `<@${maker}>`, `-# ${facts.join(' · ')}`]
      .filter((line) => line !== '')
      .join('\n'),
    ...(output?.link === undefined ? [] : [`-# 🔗 ${note}`]),
  ];
  const buttons = [
    linkButton(
      `⭐ ${stars} · ${say.jump}`,
      `https://discord.com/channels/${guildId}/${source.channelId}/${source.messageId}`,
    ),
    ...(output?.link === undefined ? [] : [linkButton(say.button.link, output.link)]),
  ];
  // A card also shows films, and pictures behind a veil; what is neither stands in it as a file.
  const media = file && { url: `attachment://${file.name}` };
  const veiled = isSpoiler ? { spoiler: true } : {};
  const shown =
    media &&
    (isSeen(mediaKindOf(asset.mime))
      ? { type: ComponentType.MediaGallery as const, items: [{ media, ...veiled }] }
      : { type: ComponentType.File as const, file: media, ...veiled });
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [
      {
        type: ComponentType.Container,
        accent_color: color,
        components: [
          ...(shown ? [shown] : []),
          ...lines
            .filter((content) => content !== '')
            .map((content) => ({ type: ComponentType.TextDisplay as const, content })),
          { type: ComponentType.ActionRow, components: buttons },
        ],
      },
    ],
    files: file ? [file] : [],
  };
}

const linkButton = (label: string, url: string): APIButtonComponentWithURL => ({
  type: ComponentType.Button,
  style: ButtonStyle.Link,
  label,
  url,
});

/** A channel as far as this process knows it. */
export interface KnownChannel {
  id: string;
  parentId: string | null;
  isAgeRestricted: boolean;
}
