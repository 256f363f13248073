import type { TaskMetaView } from '@star-graph/contract/tasks/tasks';
import { z } from 'zod';
import { locales } from '../replies/texts/locale.ts';

const missingDefaultCharacters = 40;

export const toMissingDefault = (model: string): string => model.slice(0, missingDefaultCharacters);

/** How long the token of an interaction works from its arrival on. */
export const tokenLifeMs = 15 * 60_000;

const snowflake = z.string().regex(/^[0-9]{15,20}$/);

/**
 * Where the message of a task is and how it may be changed. It travels in the task's `meta.clientRef`, so that a
 * restarted bot knows it; short names, since that holds 1 KB.
 */
const messageRefSchema = z.strictObject({
  v: z.literal(1),
  /** Who asked. */
  u: snowflake,
  /** Server, absent in direct messages. */
  g: snowflake.optional(),
  /** Channel and message. */
  c: snowflake,
  m: snowflake,
  /** Token of the interaction, and when it ends (ms since 1970). */
  t: z.string().regex(/^[\w.=-]{1,600}$/),
  x: z.int(),
  l: z.enum(locales),
  /** Ephemeral: only the token reaches the message. */
  e: z.boolean(),
  /** Whether the bot token reaches the channel. */
  b: z.boolean(),
  /** Largest file there, bytes. */
  s: z.int().min(1),
  /** Files are spoilers. */
  p: z.boolean(),
  /** The person wants to be pinged when it is done; absent: not. */
  n: z.literal(true).optional(),
  /** The person wants the result by a direct message too; absent: not. */
  w: z.literal(true).optional(),
  /** The role by which the person may use the most of the server's shared credits; absent: as everybody. */
  a: snowflake.optional(),
  /** The beginning of the name of a default model that was not on offer. */
  d: z.string().min(1).max(missingDefaultCharacters).optional(),
});
export type MessageRef = z.output<typeof messageRefSchema>;

export const formatMessageRef = (ref: MessageRef): string => JSON.stringify(ref);

/** Undefined for tasks without a message of the bot. */
export function findMessageRef(meta: TaskMetaView): MessageRef | undefined {
  if (meta.clientRef === undefined) return undefined;
  try {
    return messageRefSchema.safeParse(JSON.parse(meta.clientRef)).data;
  } catch {
    // Another client's data: it may contain anything.
    return undefined;
  }
}
