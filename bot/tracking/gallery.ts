import type { ApiClient } from '@star-graph/client/client';
import type { GalleryWorkView } from '@star-graph/contract/guilds/gallery';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { type REST, Routes } from 'discord.js';
import type { TitleDeps } from '../api/modelTitles.ts';
import { followTries } from '../interaction/callbackTries.ts';
import type { ModerationLog } from '../policy/moderationLog.ts';
import type { PolicyCache } from '../policy/policies.ts';
import { Refusal } from '../replies/problems.ts';
import { messagesOf } from '../replies/texts/locale.ts';
import { discordCodes, hasCode, isPassing } from './discordFailures.ts';
import type { KnownChannel } from './galleryPost.ts';
import { createGalleryPost, type GalleryPostClaim, listOffered, requireWanted } from './galleryPost.ts';
import { toPlain } from './messageParts.ts';
import { type MessageContent, toBody } from './messageRoutes.ts';
import { nonceOf } from './nonce.ts';

export interface GalleryDeps extends TitleDeps {
  rest: REST;
  platform: ApiClient;
  clientFor(person: string): ApiClient;
  policies: Pick<PolicyCache, 'require'>;
  moderationLog: Pick<ModerationLog, 'record'>;
  fetch: typeof fetch;
  /** Whether this process serves that server; another may. */
  serves(guildId: string): boolean;
  /** @param guildId absent: in any server. */
  findChannel(channelId: string, guildId?: string): KnownChannel | undefined;
}

/** Posts results with enough stars in the galleries of the servers, and removes deleted ones. */
export interface Gallery {
  /** Checks for work at once, and regularly from then on. */
  wake(): void;
  /** Finishes the running work. */
  stop(): Promise<void>;
}

const intervalMs = 30_000;
/** After a minute another process may take the claim; a process that stood still must not post then. */
const claimTrustedMs = 45_000;
const closedSeconds = 600;
const notReadySeconds = 60;
/** The size that every channel takes, and a size below any file's, which gives a link. */
const fileLimits = [10 * 1_048_576, 1];
const goneCodes = [
  discordCodes.unknownMessage,
  discordCodes.unknownChannel,
  discordCodes.unknownGuild,
  discordCodes.missingAccess,
];

export function createGallery(deps: GalleryDeps): Gallery {
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isStopping = false;
  let callOff = () => {};

  function wake(): void {
    isWanted = true;
    callOff();
    running ??= work().finally(() => {
      running = undefined;
      if (!isStopping) callOff = deps.clock.after(intervalMs, wake);
    });
  }

  async function work(): Promise<void> {
    while (isWanted && !isStopping) {
      isWanted = false;
      try {
        const { items } = await deps.platform.listGalleryWork();
        for (const item of items.filter(({ discordGuildId }) => deps.serves(discordGuildId)))
          if (!isStopping) await doOne(deps, item);
      } catch (err) {
        deps.log.warn({ err }, 'the galleries could not be looked after');
      }
    }
  }

  return {
    wake,
    async stop() {
      isStopping = true;
      callOff();
      await running;
    },
  };
}

/** A failed entry does not delay the others. */
async function doOne(deps: GalleryDeps, { id, discordGuildId: guildId }: GalleryWorkView): Promise<void> {
  try {
    const policy = await deps.policies.require(guildId);
    const { galleryChannelId } = policy;
    const channel = galleryChannelId === undefined ? undefined : deps.findChannel(galleryChannelId, guildId);
    const claimed = await deps.platform.claimGalleryEntry({
      params: { id },
      body: { ageRestricted: channel?.isAgeRestricted ?? false },
    });
    if (claimed.work === 'withdraw') await withdraw(deps, id, claimed);
    if (claimed.work === 'post') await post(deps, { id, guildId, policy, channel, claimed });
  } catch (err) {
    deps.log.warn(
      { err, guildId, entryId: id },
      'a gallery was not brought up to date; the next round tries',
    );
  }
}

async function withdraw(
  { rest, platform }: GalleryDeps,
  id: string,
  { channelId, messageId }: { channelId: string; messageId: string },
): Promise<void> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
  } catch (error) {
    if (!hasCode(error, goneCodes)) throw error;
  }
  await platform.settleGalleryEntry({ params: { id }, body: { outcome: 'withdrawn' } });
}

interface PostOrder {
  id: string;
  guildId: string;
  policy: GuildPolicyView;
  channel: KnownChannel | undefined;
  claimed: GalleryPostClaim;
}

async function post(deps: GalleryDeps, order: PostOrder): Promise<void> {
  const claimedAtMs = deps.clock.now().getTime();
  const { id, guildId, policy, channel, claimed } = order;
  const { claim } = claimed;
  const settle = (body: Parameters<ApiClient['settleGalleryEntry']>[0]['body']) =>
    deps.platform.settleGalleryEntry({ params: { id }, body });
  if (!channel) return settle({ outcome: 'unwanted', claim });
  const place = { guildId, policy, channel };
  for (const fileBytes of fileLimits) {
    const content = await prepare(deps, place, claimed, fileBytes);
    if (content === 'unwanted') return settle({ outcome: 'unwanted', claim });
    if (content === 'notReady')
      return settle({ outcome: 'refused', claim, retryAfterSeconds: notReadySeconds });
    // The claim may be another process's by now.
    if (deps.clock.now().getTime() - claimedAtMs > claimTrustedMs) return;
    const sent = await send(deps, channel.id, nonceOf('gallery', id, channel.id), content);
    if (sent.kind === 'posted')
      return settle({ outcome: 'posted', channelId: channel.id, messageId: sent.messageId });
    if (sent.kind === 'unknown') return;
    if (sent.kind === 'tooLarge' && fileBytes > 1) continue;
    if (claim === 1) tellModerators(deps, order, channel.id);
    return settle({ outcome: 'refused', claim, retryAfterSeconds: closedSeconds });
  }
}

async function prepare(
  deps: GalleryDeps,
  place: { guildId: string; policy: GuildPolicyView; channel: KnownChannel },
  claimed: GalleryPostClaim,
  fileBytes: number,
): Promise<MessageContent | 'unwanted' | 'notReady'> {
  try {
    requireWanted(deps, place, claimed, await listOffered(deps, claimed));
    return await createGalleryPost(deps, place, claimed, fileBytes);
  } catch (err) {
    if (err instanceof Refusal) {
      deps.log.info({ taskId: claimed.task.id, reason: err.message }, 'a gallery does not take a result');
      return 'unwanted';
    }
    deps.log.warn({ err, taskId: claimed.task.id }, 'a result for a gallery could not be read');
    return 'notReady';
  }
}

type Sent = { kind: 'posted'; messageId: string } | { kind: 'unknown' | 'tooLarge' | 'refused' };

/** Under a nonce: Discord makes one message of several tries. */
async function send(
  { rest, log }: Pick<GalleryDeps, 'rest' | 'log'>,
  channelId: string,
  nonce: string,
  content: MessageContent,
): Promise<Sent> {
  const { body, files } = toBody(content);
  const tries = { isAnswerLost: false };
  try {
    const message = (await followTries(tries, () =>
      rest.post(Routes.channelMessages(channelId), {
        body: { ...body, nonce, enforce_nonce: true },
        ...(files ? { files } : {}),
      }),
    )) as { id: string };
    return { kind: 'posted', messageId: message.id };
  } catch (err) {
    log.warn({ err, channelId }, 'a gallery did not take a post');
    // Where Discord takes no such parts, the words and the files come all the same.
    const { flags, ...others } = content;
    if (flags !== undefined && hasCode(err, [discordCodes.invalidForm]))
      return send({ rest, log }, channelId, nonce, { ...others, ...toPlain(others) });
    if (tries.isAnswerLost || isPassing(err)) return { kind: 'unknown' };
    return { kind: hasCode(err, [discordCodes.tooLarge]) ? 'tooLarge' : 'refused' };
  }
}

/** The manager who set the channel may be away; readers of the log can restore the bot's permission. */
function tellModerators({ moderationLog }: GalleryDeps, order: PostOrder, channelId: string): void {
  const { guildId, policy, claimed } = order;
  const say = messagesOf(policy.locale ?? 'en');
  const { prompt } = claimed.task.params;
  const { source } = claimed;
  moderationLog.record(guildId, {
    person: claimed.madeBy?.replace(/^discord:/, '') ?? '0',
    channelId,
    command: '⭐',
    prompt: typeof prompt === 'string' ? prompt : '',
    messageUrl: `https://discord.com/channels/${guildId}/${source.channelId}/${source.messageId}`,
    isPrivate: false,
    refusal: undefined,
    notPosted: say.gallery.cannotPost(`<#${channelId}>`),
  });
}
