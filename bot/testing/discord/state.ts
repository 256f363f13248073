import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type {
  APIEmbed,
  APIMessageTopLevelComponent,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';

export interface StoredAttachment {
  id: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
  /** The size in the payload; default: the real one. */
  claimedBytes?: number;
  /** The connection ends after this many bytes; default: all. */
  sentBytes?: number;
}

/** A message as everybody would see it. */
export interface StoredMessage {
  id: string;
  /** Absent: the bot. */
  authorId?: string;
  /** Whose interaction it answers. */
  askedBy?: string;
  channelId: string;
  /** The message that it is a reply to. */
  answers?: string;
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
  attachments: StoredAttachment[];
  ephemeral: boolean;
  /** Of Components V2. */
  isOfParts?: true;
  /** How often each emoji stands below it. */
  reactions?: Record<string, number>;
  /** People whom its creation pinged. */
  pinged?: string[];
  /** A deferral that nothing has filled yet. */
  loading: boolean;
  /** How often it was changed, and when last. */
  edits: number;
}

export interface StoredChannel {
  id: string;
  /** Undefined in direct messages. */
  guildId?: string | undefined;
  nsfw: boolean;
  /** Whether routes of the bot token reach it. */
  reachable: boolean;
  /**
   * Unreachable because the server has the bot but hides the channel from it; otherwise only the user has installed
   * the bot.
   */
  lacksPermission?: boolean;
  /** Permission bits that the server denies to the bot here. */
  denied?: bigint;
  /** A thread: its messages cannot be edited until it is opened again. */
  archived?: boolean;
}

export interface StoredInteraction {
  id: string;
  token: string;
  personId: string;
  channelId: string;
  createdAtMs: number;
  /** `stalledMs` at that moment. */
  stalledBeforeMs: number;
  /** The one callback: its type and data, and when it came. */
  callback?: { type: number; data: Record<string, unknown>; atMs: number };
  /** The message of a button, which is the answer's own only after an update. */
  sourceMessageId?: string;
  originalMessageId?: string;
  ephemeral: boolean;
  userInstalledOnly: boolean;
  followUps: number;
  /** Messages that the token reaches. */
  messageIds: Set<string>;
  attachmentSizeLimit: number;
}

/** A failure on order. `afterEffect`: the request is carried out and only its answer is lost. */
export interface OrderedFault {
  method: string;
  path: RegExp;
  status: number;
  code?: number;
  afterEffect?: boolean;
  times: number;
}

/** A request that Discord is ordered to delay: it has arrived when `arrived` is called. */
interface OrderedWait {
  method: string;
  path: RegExp;
  arrived(): void;
  until: Promise<void>;
}

interface LoggedRequest {
  method: string;
  path: string;
  status: number;
  code?: number;
  atMs: number;
}

/** The whole state of the stand-in. */
export interface DiscordState {
  nowMs: () => number;
  /** Milliseconds in which the tests' process, or the bot's own, got no turn. */
  stalledMs: () => number;
  applicationId: string;
  token: string;
  channels: Map<string, StoredChannel>;
  messages: Map<string, StoredMessage>;
  /** Messages that were sent with a nonce, by nonce. */
  nonces: Map<string, { messageId: string; atMs: number }>;
  /** By token. */
  interactions: Map<string, StoredInteraction>;
  files: Map<string, StoredAttachment>;
  commands: RESTPutAPIApplicationCommandsJSONBody;
  commandWrites: number;
  faults: OrderedFault[];
  /** Each for one request. */
  waits: OrderedWait[];
  requests: LoggedRequest[];
  /** Interactions whose callback came after three seconds. */
  missed: string[];
  baseUrl: string;
  /** The bot was removed: tokens of interactions and of the bot no longer work. */
  isBotRemoved: boolean;
  /** As many as Discord advises, and the fewest that it takes. */
  shards: number;
  /** Activities are switched on for the application, and its clients open them. */
  hasActivities: boolean;
  /** Who opened it, where. */
  launches: { personId: string; channelId: string }[];
  /** The bot asked for the message-content intent. */
  hasMessageContent: boolean;
  /** Of the application: Discord signs with it what it posts. */
  keys: { privateKey: KeyObject; publicKey: KeyObject };
  /** Where interactions are posted, in place of the gateway. */
  endpoint: string | undefined;
  /** What was posted there, and how it was answered; 0: not at all. */
  posts: { interactionId: string; status: number }[];
}

export const createKeys = (): DiscordState['keys'] => generateKeyPairSync('ed25519');

export const deferralLimitMs = 3_000;
export const tokenLifeMs = 15 * 60_000;

let lastId = 1_100_000_000_000_000_000n;
/** Ids grow, as Discord's do. */
export function newSnowflake(): string {
  lastId += 4_194_305n;
  return String(lastId);
}

/** An answer of Discord's other than success. */
export class DiscordRefusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
