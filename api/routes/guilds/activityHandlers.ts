import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { privacyOf, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import { findFault } from '@star-graph/contract/guilds/placeFaults';
import { Problem } from '@star-graph/core/ground/errors';
import { openingKey } from '@star-graph/core/ground/redis/redisKeys';
import type { Room } from '@star-graph/core/people/guilds/activityRooms';
import { findGuildPolicy } from '@star-graph/core/people/guilds/guildPolicy';
import { signInByDiscord } from '@star-graph/core/people/guilds/signInByDiscord';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { publishTask } from '@star-graph/core/work/tasks/publishTask';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { ApiDeps } from '../../apiDeps.ts';
import { presentSignIn, visitorOf } from '../auth/authHandlers.ts';
import { defineHandlers } from '../handler.ts';
import { requireUnblocked } from './placeTerms.ts';
import { readStored } from './readStored.ts';

/** Longer than a client takes to open what was asked for, and shorter than until the next wish. */
const openingSeconds = 600;
/** What Discord takes from a bot in any channel. */
const mostFileBytes = 10 * 1_048_576;
const linkSeconds = 7 * 24 * 3_600;
/** Discord takes 4,000 in all texts of a message, each of these may need a backslash, and more stands around them. */
const mostPromptCharacters = 1_400;
const mostTextCharacters = 500;
const color = 0xf5b942;
const partsFlag = 1 << 15;

export const createActivityHandlers = (deps: ApiDeps) =>
  defineHandlers({
    async signInByDiscord({ body, ctx }) {
      const { discord } = requireActivity(deps);
      const given = { code: body.code, ...visitorOf(ctx) };
      const { signIn, discordToken, locale } = await signInByDiscord({ ...deps, discord }, given);
      const discordLocale: 'en' | 'zh-CN' = locale.startsWith('zh') ? 'zh-CN' : 'en';
      return { ...presentSignIn(deps, ctx, signIn), discordToken, discordLocale };
    },
    async getRoom({ params, caller }) {
      const userId = caller.account.id;
      const room = await requireRoom(deps, params.room, userId);
      const opening = await deps.redis.get(openingKey(deps.prefix, userId)).catch(() => null);
      return {
        discordId: room.discordId,
        channelId: room.channelId,
        ...(room.guildId === undefined ? {} : { guildId: room.guildId }),
        ...(opening === null ? {} : { opening }),
      };
    },
    async prepareOpening({ body, caller }) {
      requireActivity(deps);
      const userId = caller.account.id;
      const key = openingKey(deps.prefix, userId);
      if (body.taskId === undefined) await deps.redis.del(key);
      else {
        await requireTaskWithOutputs(deps.database, body.taskId, userId);
        await deps.redis.set(key, body.taskId, 'EX', openingSeconds);
      }
      return undefined;
    },
    async postToRoom({ params, body, caller }) {
      const userId = caller.account.id;
      const room = await requireRoom(deps, params.room, userId);
      const { task, outputs } = await requireTaskWithOutputs(deps.database, body.taskId, userId);
      const asset = outputs.find(({ id }) => id === body.assetId);
      if (!asset) throw new Problem('not-found', 'This result is gone. Choose another.');
      const isSpoiler = await requirePostable(deps, room, task);
      const { mime, bytes, storageKey } = asset;
      const name = `${isSpoiler ? 'SPOILER_' : ''}${asset.id.slice(-12)}.${storageKey.split('.').at(-1)}`;
      const opened = bytes <= mostFileBytes ? await deps.storage.open(storageKey) : undefined;
      const file = opened && { name, bytes: new Blob([await buffer(opened.stream)], { type: mime }) };
      const link = file
        ? undefined
        : await deps.storage.signedUrl(storageKey, { ttlSeconds: linkSeconds, mime, downloadName: name });
      const { discordId } = room;
      const post = { prompt: task.params.prompt, discordId, isSpoiler, link, mime, text: asset.text };
      await requireActivity(deps).discord.postMessage(
        room.channelId,
        { ...writePost(post, file?.name), nonce: nonceOf(room.channelId, asset.id), enforce_nonce: true },
        file,
      );
      // Only now: what Discord refuses stays private. A repeat makes no second message, and comes here again.
      await publishTask(deps.database, task.id, userId);
      return undefined;
    },
  });

function requireActivity({ activity }: Pick<ApiDeps, 'activity'>): NonNullable<ApiDeps['activity']> {
  if (activity) return activity;
  throw new Problem('not-found', 'Star-Graph does not open in Discord here. The operator can switch it on.');
}

/** @throws Problem `not-found` for who is not in it, `forbidden` for who is blocked in its server. */
async function requireRoom(deps: ApiDeps, id: string, userId: string): Promise<Room & { discordId: string }> {
  const room = await requireActivity(deps).rooms.require(id, userId);
  if (room.guildId === undefined) return room;
  const policy = readStored(await findGuildPolicy(deps.database, room.guildId));
  requireUnblocked(policy, `discord:${room.discordId}`, deps.clock.now());
  return room;
}

/**
 * Whether the server lets this be seen in the channel, by the rules that the bot keeps there. Discord tells the bot of
 * no channel's age, so what is for age-restricted ones alone is refused.
 * @returns whether results are spoilers there.
 */
async function requirePostable(
  deps: ApiDeps,
  { guildId, channelId, discordId }: Room & { discordId: string },
  task: { workflowName: string; params: Record<string, unknown> },
): Promise<boolean> {
  if (guildId === undefined) return false;
  const policy = readStored(await findGuildPolicy(deps.database, guildId));
  const roleIds = await requireActivity(deps).discord.findRoles(guildId, discordId);
  const place = { guildId, channelIds: [channelId], roleIds: [...roleIds], isAgeRestricted: false };
  const rules = resolvePlaceRules(policy, place);
  const fault = findFault(policy, place, { workflow: task.workflowName, params: task.params });
  if (fault || privacyOf(rules) === 'always')
    throw new Problem(
      'forbidden',
      'The managers of this Discord server do not allow this result in this channel. Ask them, or share it elsewhere.',
    );
  return rules.spoiler === true;
}

interface Post {
  prompt: unknown;
  discordId: string;
  isSpoiler: boolean;
  link: string | undefined;
  mime: string;
  /** What a text says. */
  text: string | null | undefined;
}

/**
 * A card of Components V2, which shows films and pictures behind a veil too; what is neither stands in it as a file. It
 * pings nobody.
 */
function writePost(
  { prompt, discordId, isSpoiler, link, mime, text }: Post,
  fileName: string | undefined,
): object {
  const asked = typeof prompt === 'string' ? plain(prompt.slice(0, mostPromptCharacters)) : '';
  const words = text?.trim() ? plain(text.slice(0, mostTextCharacters)) : '';
  const said = words !== '' && isSpoiler ? `||${words}||` : words;
  const media = { url: `attachment://${fileName}` };
  const veiled = isSpoiler ? { spoiler: true } : {};
  const shown = isSeen(mediaKindOf(mime))
    ? { type: 12, items: [{ media, ...veiled }] }
    : { type: 13, file: media, ...veiled };
  return {
    flags: partsFlag,
    allowed_mentions: { parse: [] },
    components: [
      {
        type: 17,
        accent_color: color,
        components: [
          ...(fileName === undefined ? [] : [shown]),
          { type: 10, content: [asked, said, `<@${discordId}>`].filter((line) => line !== '').join('\n') },
          ...(link === undefined
            ? []
            : [{ type: 1, components: [{ type: 2, style: 5, label: 'Open the file', url: link }] }]),
        ],
      },
    ],
  };
}

const plain = (text: string): string => text.replaceAll(/[\\*_~`|>#@<[\]()-]/g, '\\$&');

/** Discord makes one message of two presses within some minutes. */
const nonceOf = (channelId: string, assetId: string): string =>
  createHash('sha256').update(`${channelId} ${assetId}`).digest('base64url').slice(0, 25);
