import type { GalleryClaimView } from '@star-graph/contract/guilds/gallery';
import { galleryStarsOf } from '@star-graph/contract/guilds/guildRules';
import type { GalleryEntry } from '@star-graph/core/ground/db/models/gallery';
import { Problem } from '@star-graph/core/ground/errors';
import { partyKey } from '@star-graph/core/ground/redis/redisKeys';
import { createRedisScript } from '@star-graph/core/ground/redis/redisScript';
import {
  claimGalleryEntry,
  countStars,
  findMaker,
  listGalleryWork,
  settleGalleryEntry,
  withdrawTask,
} from '@star-graph/core/people/guilds/gallery';
import { findGuildPolicy } from '@star-graph/core/people/guilds/guildPolicy';
import { giveStar } from '@star-graph/core/people/guilds/stars';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { presentTask, type TaskPresenterDeps } from '../tasks/presentTask.ts';
import { requireUnblocked } from './placeTerms.ts';
import { readStored } from './readStored.ts';

type GalleryDeps = TaskPresenterDeps & Pick<ApiDeps, 'database' | 'clock' | 'redis' | 'prefix'>;

/** Takes the channel for who has it already or finds it free; a time that is over frees it. Returns who has it, until. */
const holdChannel = createRedisScript(`
local known = redis.call('GET', KEYS[1])
if known and string.match(known, '^%d+') ~= ARGV[1] then return known end
local wanted = ARGV[1] .. ' ' .. ARGV[2]
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[1], wanted, 'EX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
return wanted
`);

export const createGalleryHandlers = (deps: GalleryDeps) =>
  defineHandlers({
    async giveStar({ params, body, caller, ctx }) {
      if (caller.kind !== 'delegate')
        throw new Problem('forbidden', 'A star is a person’s. Name them in Star-Graph-Act-For.');
      const guildId = params.discordGuildId;
      const policy = readStored(await findGuildPolicy(deps.database, guildId));
      if (policy.galleryChannelId === undefined)
        throw new Problem(
          'forbidden',
          'This server has no gallery. Its managers can choose a channel for it.',
        );
      requireUnblocked(policy, ctx.get('star-graph-act-for'), deps.clock.now());
      const star = { ...body, guildId, userId: caller.account.id, taskId: params.id };
      return giveStar(deps, star, galleryStarsOf(policy));
    },
    async withdrawFromGallery({ params }) {
      await withdrawTask(deps, { guildId: params.discordGuildId, taskId: params.id });
      return undefined;
    },
    async holdParty({ params, body: { holder, seconds } }) {
      const endsAtMs = deps.clock.now().getTime() + seconds * 1_000;
      const key = partyKey(deps.prefix, params.channelId);
      const [held = '', untilMs] = String(
        await holdChannel(deps.redis, [key], [holder, endsAtMs, seconds]),
      ).split(' ');
      return { isHeld: held === holder, endsAt: new Date(Number(untilMs)).toISOString() };
    },
    async listGalleryWork() {
      const entries = await listGalleryWork(deps);
      return { items: entries.map(({ id, guildId }) => ({ id, discordGuildId: guildId })) };
    },
    async claimGalleryEntry({ params, body }) {
      const claimed = await claimGalleryEntry(deps, params.id, body);
      if (claimed.work === 'none') return { work: 'none' };
      if (claimed.work === 'post') return presentPost(deps, claimed.entry);
      const { channelId, messageId } = claimed.entry;
      return channelId === null || messageId === null
        ? { work: 'none' }
        : { work: 'withdraw', channelId, messageId };
    },
    async settleGalleryEntry({ params, body }) {
      await settleGalleryEntry(deps, params.id, body);
      return undefined;
    },
  });

async function presentPost(deps: GalleryDeps, entry: GalleryEntry): Promise<GalleryClaimView> {
  const found = await requireTaskWithOutputs(deps.database, entry.taskId, undefined);
  const task = await presentTask(deps, found);
  const asset = task.outputs.find(({ id }) => id === entry.assetId);
  // Deleted since it was claimed.
  if (!asset) return { work: 'none' };
  const [stars, maker] = await Promise.all([
    countStars(deps.database, entry),
    findMaker(deps.database, found.task.userId),
  ]);
  return {
    work: 'post',
    claim: entry.claim,
    source: { channelId: entry.sourceChannelId, messageId: entry.sourceMessageId },
    ...(maker === undefined ? {} : { madeBy: `discord:${maker}` }),
    stars,
    asset,
    task,
  };
}
