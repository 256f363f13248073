import type { ApiClient } from '@star-graph/client/client';
import type { DiscordNoticeView } from '@star-graph/contract/guilds/discordNotices';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { accountChanges } from '@star-graph/workflows/shared/accountChanges';
import { type APIDMChannel, type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { presentText } from '../replies/taskEmbed.ts';
import { inBoth } from '../replies/texts/bilingual.ts';
import { isPassing } from './discordFailures.ts';
import { nonceOf } from './nonce.ts';

interface Deps {
  clock: Clock;
  log: Logger;
  rest: REST;
  platform: ApiClient;
}

/** Tells people who have no e-mail address of changes to their accounts, by direct messages. */
export interface Notices {
  wake(): void;
  /** Finishes the running work. */
  stop(): Promise<void>;
}

const intervalMs = 30_000;

const texts = inBoth(
  {
    told: (what: string, when: string, from: string) =>
      `**${what}**: of your Star-Graph account, ${when}${from && `, from ${from}`}.`,
    advice: (url: string) =>
      `If it was you, there is nothing to do. If it was not you, sign in and end what you do not know: ${url}\n-# \`/preferences set tell:False\` ends these messages.`,
  },
  {
    told: (what, when, from) => `**${what}**：您的 Star-Graph 账户，${when}${from && `，来源 ${from}`}。`,
    advice: (url) =>
      `如果是您本人操作，无需处理。如果不是，请登录并结束您不认识的访问：${url}\n-# \`/preferences set tell:False\` 可关闭此类消息。`,
  },
);

export function createNotices(deps: Deps): Notices {
  let running: Promise<void> | undefined;
  let isStopping = false;
  let callOff = () => {};

  function wake(): void {
    callOff();
    running ??= work().finally(() => {
      running = undefined;
      if (!isStopping) callOff = deps.clock.after(intervalMs, wake);
    });
  }

  /** Until there is nothing new: what was not sent comes again later. */
  async function work(): Promise<void> {
    let done: string[] = [];
    try {
      do {
        const { items } = await deps.platform.takeDiscordNotices({ body: { done } });
        done = [];
        for (const item of items) if (!isStopping && (await send(deps, item))) done.push(item.id);
      } while (done.length > 0);
    } catch (err) {
      deps.log.warn({ err }, 'changes to accounts could not be asked for');
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

/** @returns whether it is done with: sent, or to somebody whom Discord lets no bot write to. */
async function send({ rest, log }: Deps, notice: DiscordNoticeView): Promise<boolean> {
  try {
    const { id } = (await rest.post(Routes.userChannels(), {
      body: { recipient_id: notice.discordUserId },
    })) as APIDMChannel;
    const nonce = nonceOf('notice', notice.id, id);
    const body = { content: write(notice), allowed_mentions: { parse: [] }, nonce, enforce_nonce: true };
    await rest.post(Routes.channelMessages(id), { body });
    return true;
  } catch (err) {
    log.warn({ err, noticeId: notice.id }, 'a change to an account was not told at Discord');
    return !isPassing(err);
  }
}

function write({ locale, change, device, address, at, url }: DiscordNoticeView): string {
  const { told, advice } = texts[locale];
  const what = accountChanges[change][locale];
  const named = device === undefined ? what : `${what} (${presentText(device, 200)})`;
  return `${told(named, `<t:${Math.floor(Date.parse(at) / 1_000)}:f>`, address ?? '')}\n${advice(url)}`;
}
