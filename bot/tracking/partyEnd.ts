import { extname } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { type APIMessage, ComponentType, MessageFlags, type RawFile, type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { parseButtonId } from '../components/buttons/customId.ts';
import { escapeText, unescapeText } from '../replies/markdown.ts';
import { inBoth } from '../replies/texts/bilingual.ts';
import type { Locale } from '../replies/texts/locale.ts';
import { listCustomIds } from './messageParts.ts';
import { nonceOf } from './nonce.ts';

interface Deps {
  clock: Clock;
  log: Logger;
  rest: REST;
  applicationId(): string;
  fetch: typeof fetch;
}

interface Party {
  guildId: string;
  channelId: string;
  /** The message that began it: entries are the results after it. */
  messageId: string;
  theme: string;
  /** In seconds since 1970. */
  endsAt: number;
  locale: Locale;
}

/** The parties whose end this process waits for. */
export interface Parties {
  /** @param end runs at its end, unless the process stops before. */
  begin(party: Pick<Party, 'channelId' | 'endsAt'>, end: () => Promise<void>): void;
  stop(): Promise<void>;
}

export function createParties({ clock, log }: Pick<Deps, 'clock' | 'log'>): Parties {
  const waiting = new Set<() => void>();
  const ending = new Set<Promise<void>>();
  return {
    begin({ channelId, endsAt }, end) {
      const cancel = clock.after(endsAt * 1_000 - clock.now().getTime(), () => {
        waiting.delete(cancel);
        const work: Promise<void> = end()
          .catch((err: unknown) => log.warn({ err, channelId }, 'a party did not come to its end'))
          .finally(() => ending.delete(work));
        ending.add(work);
      });
      waiting.add(cancel);
    },
    async stop() {
      for (const cancel of waiting) cancel();
      await Promise.all(ending);
    },
  };
}

interface Entry {
  message: APIMessage;
  url: string;
  votes: number;
}

const texts = inBoth(
  {
    best: (theme: string) => `## 🎉 ${theme}: the best`,
    none: (theme: string) => `## 🎉 ${theme}\nThe party is over. Nobody has drawn a picture this time.`,
    over: (theme: string) => `## 🎉 ${theme}\nThe party is over. The best are below.`,
    by: (votes: number, who: string, where: string) =>
      `${votes} ${votes === 1 ? 'reaction' : 'reactions'} · ${who} · [Go to the message](${where})`,
  },
  {
    best: (theme) => `## 🎉 ${theme}：最佳作品`,
    none: (theme) => `## 🎉 ${theme}\n派对已结束。这次没有人绘图。`,
    over: (theme) => `## 🎉 ${theme}\n派对已结束，最佳作品见下方。`,
    by: (votes, who, where) => `${votes} 个反应 · ${who} · [跳到消息](${where})`,
  },
);

const pagesAtMost = 5;
const pageLength = 100;
const shownAtMost = 9;
/** Of all pictures together; Discord takes 25 MiB a request. */
const bytesAtMost = 20 * 1_048_576;
const downloadTimeoutMs = 30_000;
/** Discord's epoch, as its ids count. */
const epochMs = 1_420_070_400_000n;

/**
 * Posts the pictures with the most reactions, once, as an answer to the message that began the party: a repeat within
 * minutes is the same message for Discord, a later one finds the answer, and then the button is gone.
 */
export async function endParty(bot: Deps, party: Party): Promise<void> {
  const { guildId, channelId, messageId, locale } = party;
  const theme = escapeText(unescapeText(party.theme));
  const messages = await readChannel(bot, party);
  const isPosted = messages.some(
    ({ author, message_reference: answered }) =>
      author.id === bot.applicationId() && answered?.message_id === messageId,
  );
  const entries = listEntries(bot, party, messages)
    .toSorted((a, b) => b.votes - a.votes || (BigInt(a.message.id) < BigInt(b.message.id) ? -1 : 1))
    .slice(0, shownAtMost);
  const files = isPosted ? [] : await readPictures(bot, entries);
  const { best, none, over, by } = texts[locale];
  if (files.length > 0) {
    const lines = entries.map(({ message, votes }, index) => {
      const who = message.interaction_metadata?.user.id;
      const link = `https://discord.com/channels/${guildId}/${channelId}/${message.id}`;
      return `${index + 1}\\. ${by(votes, who === undefined ? '–' : `<@${who}>`, link)}`;
    });
    const items = files.map(({ name }) => ({ media: { url: `attachment://${name}` } }));
    const body = {
      flags: MessageFlags.IsComponentsV2,
      components: [
        { type: ComponentType.TextDisplay, content: best(theme) },
        { type: ComponentType.MediaGallery, items },
        { type: ComponentType.TextDisplay, content: lines.join('\n') },
      ],
      attachments: files.map(({ name }, id) => ({ id, filename: name })),
      allowed_mentions: { parse: [] },
      message_reference: { message_id: messageId, fail_if_not_exists: false },
      nonce: nonceOf('party', messageId, channelId),
      enforce_nonce: true,
    };
    await bot.rest.post(Routes.channelMessages(channelId), { body, files });
  }
  const content = (isPosted || files.length > 0 ? over : none)(theme);
  await bot.rest.patch(Routes.channelMessage(channelId, messageId), {
    body: { content, components: [], allowed_mentions: { parse: [] } },
  });
}

/** From the beginning of the party on; where more was written than is read, also what came at its end, and the newest. */
async function readChannel(
  bot: Deps,
  { channelId, messageId, endsAt }: Party,
): Promise<readonly APIMessage[]> {
  const read = async (from: { after?: string }) => {
    const query = new URLSearchParams({ ...from, limit: String(pageLength) });
    return (await bot.rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[];
  };
  const found: APIMessage[] = [];
  let after = messageId;
  for (let page = 0; page < pagesAtMost; page++) {
    // Of what came after a message, the newest is the first.
    const messages = await read({ after });
    found.push(...messages);
    if (messages.length < pageLength) return found;
    after = messages[0]?.id ?? after;
  }
  const end = ((BigInt(endsAt) * 1_000n - epochMs) << 22n).toString();
  const known = new Set(found.map(({ id }) => id));
  for (const message of [...(await read({ after: end })), ...(await read({}))]) {
    if (!known.has(message.id)) found.push(message);
    known.add(message.id);
  }
  return found;
}

/** The bot's finished pictures in the channel, from the beginning of the party to its end. */
function listEntries(bot: Deps, { endsAt }: Party, messages: readonly APIMessage[]): Entry[] {
  return messages.flatMap((message) => {
    const url = pictureOf(message);
    const isEntry = message.author.id === bot.applicationId() && url !== undefined && isResult(message);
    if (!isEntry || (BigInt(message.id) >> 22n) + epochMs > BigInt(endsAt) * 1_000n) return [];
    const counts = (message.reactions ?? []).map(({ count, me }) => count - Number(me));
    return [{ message, url, votes: Math.max(0, ...counts) }];
  });
}

const isResult = (message: APIMessage): boolean =>
  listCustomIds(message).some((id) => parseButtonId(id)?.action === 'delete');

/** Not what its place veils. */
function pictureOf({ embeds, attachments }: APIMessage): string | undefined {
  const [first] = attachments.filter((one) => one.content_type?.startsWith('image/') === true);
  // A file that an embed shows is not among the attachments.
  const url = first?.url ?? embeds[0]?.image?.url;
  return url?.includes('SPOILER_') ? undefined : url;
}

/** As they are: nothing here opens them. Discord draws them as one gallery. */
async function readPictures(bot: Deps, entries: readonly Entry[]): Promise<RawFile[]> {
  const files: RawFile[] = [];
  let left = bytesAtMost;
  for (const { url } of entries) {
    const data = await readPicture(bot, url);
    if (data === undefined || data.length > left) continue;
    left -= data.length;
    files.push({ name: `${files.length + 1}${extname(new URL(url).pathname)}`, data });
  }
  return files;
}

/** @returns undefined where it cannot be read now. */
async function readPicture({ fetch: send, log }: Deps, url: string): Promise<Buffer | undefined> {
  try {
    const response = await send(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  } catch (err) {
    log.info({ err }, 'a picture of a party could not be read');
    return undefined;
  }
}
