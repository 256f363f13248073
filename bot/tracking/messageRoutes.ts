import type { Clock } from '@star-graph/core/ground/runtime/clock';
import {
  type APIDMChannel,
  type APIMessage,
  type APIMessageTopLevelComponent,
  MessageFlags,
  type RawFile,
  type REST,
  Routes,
} from 'discord.js';
import { discordCodes, hasCode } from './discordFailures.ts';
import type { MessageRef } from './messageRef.ts';
import { nonceOf } from './nonce.ts';

/** A complete message: an edit must list everything that it keeps. */
export interface MessageContent {
  content?: string;
  embeds?: unknown[];
  components?: APIMessageTopLevelComponent[];
  files?: RawFile[];
  /** Of parts of Components V2: such a message has neither content nor embeds. */
  flags?: MessageFlags.IsComponentsV2;
}

/** Why a message cannot be changed any more. */
export class MessageLost extends Error {
  /** `gone`: deleted, or the bot was removed. `unreachable`: it is there, but only a click reaches it. */
  readonly kind: 'gone' | 'unreachable';
  constructor(kind: 'gone' | 'unreachable', options?: ErrorOptions) {
    super(`the message is ${kind}`, options);
    this.name = 'MessageLost';
    this.kind = kind;
  }
}

export interface MessageRoutes {
  edit(ref: MessageRef, content: MessageContent): Promise<void>;
  read(ref: MessageRef): Promise<APIMessage>;
  /**
   * Posts a text beside the message that pings only its person; privately if the message is private.
   * @param nonce the same text under it is posted once.
   */
  ping(ref: MessageRef, text: string, nonce: string): Promise<void>;
  /**
   * Writes to its person directly.
   * @param kind of the message, which is sent once for each `subject`
   */
  write(
    ref: Pick<MessageRef, 'u'>,
    content: MessageContent,
    of: { kind: string; subject: string },
  ): Promise<void>;
}

/** A request on its way must arrive while the token still works. */
const tokenMarginMs = 5_000;
const goneCodes = [
  discordCodes.unknownChannel,
  discordCodes.unknownGuild,
  discordCodes.unknownMessage,
  discordCodes.missingAccess,
  discordCodes.missingPermissions,
];
const tokenEndedCodes = [discordCodes.unknownWebhook, discordCodes.invalidToken];

const doesTokenWork = (clock: Clock, ref: MessageRef): boolean =>
  clock.now().getTime() < ref.x - tokenMarginMs;

/** Whether the message can be changed after the interaction's token ended. */
export const isReachableLater = (ref: MessageRef): boolean => ref.b && !ref.e;

/** An edit pings no one, and says which files stay. */
export function toBody({ files, ...content }: MessageContent): { body: object; files?: RawFile[] } {
  const attachments = (files ?? []).map(({ name }, id) => ({ id, filename: name }));
  // Also removes the text from before the task existed.
  const text = content.flags === undefined ? { content: '' } : {};
  const body = { ...text, ...content, attachments, allowed_mentions: { parse: [] } };
  return files && files.length > 0 ? { body, files } : { body };
}

/** By the interaction's token while it works, by the bot token afterwards. @throws (each) MessageLost. */
export function createMessageRoutes(deps: {
  clock: Clock;
  rest: REST;
  applicationId: () => string;
}): MessageRoutes {
  const byToken = (ref: MessageRef) => Routes.webhookMessage(deps.applicationId(), ref.t, ref.m);
  const byBot = (ref: MessageRef) => Routes.channelMessage(ref.c, ref.m);

  async function reach<T>(
    ref: MessageRef,
    use: (route: `/${string}`, auth: boolean) => Promise<T>,
  ): Promise<T> {
    if (doesTokenWork(deps.clock, ref)) {
      try {
        return await use(byToken(ref), false);
      } catch (error) {
        if (!hasCode(error, [...tokenEndedCodes, discordCodes.archivedThread])) throw toLoss(error);
      }
    }
    if (!isReachableLater(ref)) throw new MessageLost('unreachable');
    try {
      return await inOpenThread(ref, () => use(byBot(ref), true));
    } catch (error) {
      throw toLoss(error);
    }
  }

  /** A thread that was archived meanwhile is opened again; one that only moderators may open is out of reach. */
  async function inOpenThread<T>(ref: MessageRef, use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      if (!hasCode(error, [discordCodes.archivedThread])) throw error;
      await deps.rest.patch(Routes.channel(ref.c), { body: { archived: false } });
      return use();
    }
  }
  return {
    async edit(ref, content) {
      await reach(ref, (route, auth) => deps.rest.patch(route, { ...toBody(content), auth }));
    },
    async ping(ref, text, nonce) {
      const body = {
        content: `<@${ref.u}> ${text}`,
        allowed_mentions: { users: [ref.u] },
      };
      const answered = { message_reference: { message_id: ref.m, fail_if_not_exists: false } };
      try {
        if (isReachableLater(ref))
          await deps.rest.post(Routes.channelMessages(ref.c), {
            body: { ...body, ...answered, nonce, enforce_nonce: true },
          });
        else if (doesTokenWork(deps.clock, ref))
          await deps.rest.post(Routes.webhook(deps.applicationId(), ref.t), {
            body: { ...body, ...(ref.e ? { flags: MessageFlags.Ephemeral } : {}) },
            auth: false,
          });
        else throw new MessageLost('unreachable');
      } catch (error) {
        throw toLoss(error);
      }
    },
    async write({ u: person }, content, { kind, subject }) {
      const { id } = (await deps.rest.post(Routes.userChannels(), {
        body: { recipient_id: person },
      })) as APIDMChannel;
      const { body, ...files } = toBody(content);
      const once = { nonce: nonceOf(kind, subject, id), enforce_nonce: true };
      await deps.rest.post(Routes.channelMessages(id), { body: { ...body, ...once }, ...files });
    },
    read: (ref) => reach(ref, async (route, auth) => (await deps.rest.get(route, { auth })) as APIMessage),
  };
}

const toLoss = (error: unknown): unknown =>
  hasCode(error, goneCodes) ? new MessageLost('gone', { cause: error }) : error;
