import { ClientProblem } from '@star-graph/client/clientProblem';
import type { PublicationPairView } from '@star-graph/contract/assets/explore';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { fetchThumbnails } from '../../api/thumbnails.ts';
import { type BetterId, formatBetterId } from '../../components/buttons/customId.ts';
import { type Answerable, answerParts, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { requirePlace, requireUnblocked } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth(
  {
    question: 'Which is better?',
    first: 'The left one',
    second: 'The right one',
    neither: 'Skip',
    closed:
      'This server shows no gallery in Explore. Its managers open it with /settings server: a gallery, and a name in Explore.',
    none: 'There are no two pictures left that you have not compared. Come back when more are published.',
    enough: 'You have compared as many pairs today as you may. Come back tomorrow.',
    unread: 'I could not fetch the pictures. Try again in a minute.',
    gone: 'One of the two is no longer shown. Use /rate to compare others.',
    shut: 'The people who run this bot have closed Explore.',
  },
  {
    question: '哪一张更好？',
    first: '左边的',
    second: '右边的',
    neither: '跳过',
    closed: '本服务器未在“探索”中展示精选频道。管理者可用 /设置 服务器 设置精选频道以及在“探索”中的名称。',
    none: '没有您尚未比较过的两张图片了。等有更多作品公开后再来吧。',
    enough: '您今天能比较的次数已用完，请明天再来。',
    unread: '无法取得图片，请稍后重试。',
    gone: '其中一张已不再展示。请用 /评选 比较其他图片。',
    shut: '机器人的管理人员已关闭“探索”。',
  },
);

const promptCharacters = 100;

export const command: Command = {
  data: createSlash({
    name: ['rate', '评选'],
    description: ['Say which of two published pictures is better', '在两张公开的图片中选出更好的一张'],
  }).toJSON(),
  texts,
  audience: 'private',
  execute: (context, interaction) => showPair(context, interaction),
};

/** Counts what was pressed, takes the pair away, and shows the next two. */
export async function pressBetter(
  context: Context,
  interaction: Press,
  { pairId, better }: BetterId,
): Promise<void> {
  await deferReply(interaction, 'private');
  await requireRater(context, interaction);
  await context.client
    .answerPair({ params: { id: pairId }, body: { better } })
    .catch((error: unknown) => explain(context, error));
  // It is answered, whether or not there is a next one.
  await interaction.webhook
    .deleteMessage(interaction.message.id)
    .catch((err: unknown) => context.bot.log.info({ err }, 'an answered pair could not be taken away'));
  await showPair(context, interaction);
}

/** In a server pictures of its own gallery, or in direct messages all that people have published. */
async function requireRater({ bot, say, locale, person }: Context, interaction: Answerable) {
  const { guildId } = interaction;
  const policy = await bot.policies.require(guildId);
  const place = placeOf(interaction);
  requireUnblocked(say, policy, person, bot.clock.now());
  requirePlace(say, policy, place);
  if (guildId !== null && (policy.galleryChannelId === undefined || policy.exploreName === undefined))
    throw new Refusal(texts[locale].closed);
  return {
    wish: { ...(guildId === null ? {} : { community: guildId }), generalOnly: !place.isAgeRestricted },
    isVeiled: resolvePlaceRules(policy, place).spoiler === true,
  };
}

async function showPair(context: Context, interaction: Answerable): Promise<void> {
  const { bot, client, locale } = context;
  const { wish, isVeiled } = await requireRater(context, interaction);
  const { pair } = await client.offerPair({ body: wish }).catch((error: unknown) => explain(context, error));
  if (!pair) throw new Refusal(texts[locale].none);
  const { first, second } = pair;
  const thumbnails = await fetchThumbnails(bot, [first.asset, second.asset]);
  const files = [first, second].flatMap(({ asset }) => thumbnails.get(asset.id) ?? []);
  if (files.length < 2) throw new Refusal(texts[locale].unread);
  const names = files.map(({ name }) => name);
  const components = presentPair(context, pair, names, isVeiled);
  await answerParts(interaction, [{ type: ComponentType.Container, components }], files);
}

function presentPair(
  { locale }: Context,
  { id: pairId, first, second }: PublicationPairView,
  names: readonly string[],
  isVeiled: boolean,
): APIComponentInContainer[] {
  const say = texts[locale];
  const button = (
    label: string,
    better: string | null,
    style: ButtonStyle.Primary | ButtonStyle.Secondary = ButtonStyle.Primary,
  ): APIButtonComponentWithCustomId => ({
    type: ComponentType.Button,
    style,
    label,
    custom_id: formatBetterId({ pairId, better }),
  });
  const prompts = [
    [say.first, first],
    [say.second, second],
  ] as const;
  return [
    { type: ComponentType.TextDisplay, content: `## ${say.question}` },
    {
      type: ComponentType.MediaGallery,
      items: names.map((name) => ({
        media: { url: `attachment://${name}` },
        ...(isVeiled ? { spoiler: true } : {}),
      })),
    },
    {
      type: ComponentType.TextDisplay,
      content: prompts
        .map(
          ([side, { asset }]) => `-# **${side}** ${presentText(asset.task?.prompt ?? '', promptCharacters)}`,
        )
        .join('\n'),
    },
    {
      type: ComponentType.ActionRow,
      components: [
        button(say.first, first.id),
        button(say.second, second.id),
        button(say.neither, null, ButtonStyle.Secondary),
      ],
    },
  ];
}

/** In the words of this command. */
function explain({ locale }: Context, error: unknown): never {
  if (error instanceof ClientProblem) {
    if (error.code === 'quota-exceeded') throw new Refusal(texts[locale].enough);
    if (error.code === 'not-found') throw new Refusal(texts[locale].gone);
    if (error.code === 'forbidden') throw new Refusal(texts[locale].shut);
  }
  throw error;
}
