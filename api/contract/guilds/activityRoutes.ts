import { z } from 'zod';
import { assetSchema } from '../assets/assets.ts';
import { signInSchema } from '../auth/signIn.ts';
import { idSchema, localeSchema, roomIdSchema, timeSchema } from '../fields.ts';
import { route } from '../route.ts';
import { progressSchema, taskStatusSchema } from '../tasks/tasks.ts';
import { snowflakeSchema } from './guildPolicy.ts';

const activitySignInSchema = signInSchema
  .extend({
    discordToken: z.string().meta({ description: 'For `authenticate` of Discord’s SDK' }),
    discordLocale: localeSchema.meta({ description: 'The language that the person has in Discord' }),
  })
  .meta({ id: 'ActivitySignIn' });

const roomSchema = z
  .object({
    discordId: snowflakeSchema.meta({ description: 'Yours' }),
    channelId: snowflakeSchema,
    guildId: snowflakeSchema.optional().meta({ description: 'Absent in direct messages' }),
    opening: idSchema.optional().meta({ description: 'The task of yours that you opened it with' }),
  })
  .meta({ id: 'Room' });
export type RoomView = z.output<typeof roomSchema>;

const room = z.strictObject({ room: roomIdSchema });

/** The console within Discord. */
export const activityRoutes = {
  signInByDiscord: route({
    method: 'post',
    path: '/api/v1/auth/discord',
    auth: 'none',
    tag: 'auth',
    summary: 'Sign in by a code of Discord’s Activity',
    description: 'The session sees and makes tasks, and nothing else.',
    body: z.strictObject({ code: z.string().min(1).max(1_000) }),
    success: { status: 200, description: 'A new session', body: activitySignInSchema },
    problems: ['unauthenticated', 'account-disabled', 'not-found'],
    asksOthers: true,
  }),
  getRoom: route({
    method: 'get',
    path: '/api/v1/rooms/{room}',
    auth: 'user',
    tag: 'tasks',
    summary: 'Read where an Activity runs that you are in',
    params: room,
    success: { status: 200, description: 'As Discord tells it', body: roomSchema },
    problems: ['not-found'],
    asksOthers: true,
  }),
  postToRoom: route({
    method: 'post',
    path: '/api/v1/rooms/{room}/posts',
    auth: 'user',
    tag: 'tasks',
    summary: 'Post a result of yours to the channel of an Activity that you are in',
    description: 'By the rules of the Discord server. The task is public from then on.',
    params: room,
    body: z.strictObject({ taskId: idSchema, assetId: idSchema }),
    success: { status: 204, description: 'Posted' },
    problems: ['not-found'],
    asksOthers: true,
  }),
  prepareOpening: route({
    method: 'put',
    path: '/api/v1/rooms',
    auth: 'user',
    tag: 'tasks',
    summary: 'Say what the next Activity of a person opens with',
    body: z.strictObject({ taskId: idSchema.optional() }),
    success: { status: 204, description: 'Kept for some minutes; the newest counts' },
    problems: ['not-found'],
    forDelegates: true,
  }),
};

/** A task as everybody in its room sees it. */
const wallTaskSchema = z.object({
  id: idSchema,
  discordId: snowflakeSchema.meta({ description: 'Who makes it' }),
  status: taskStatusSchema,
  prompt: z.string().optional(),
  progress: progressSchema,
  outputs: z.array(assetSchema),
  createdAt: timeSchema,
  finishedAt: timeSchema.optional(),
});
export type WallTask = z.output<typeof wallTaskSchema>;

/**
 * Messages of `/topic/rooms/{room}`: first everything that is on the wall, then what changes. `closed`: the person is
 * not in the room, or not any more.
 */
export const wallMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('wall'), tasks: z.array(wallTaskSchema) }),
  z.object({ type: z.literal('task'), task: wallTaskSchema }),
  z.object({ type: z.literal('closed') }),
]);
export type WallMessage = z.output<typeof wallMessageSchema>;
export const roomTopic = '/topic/rooms/';
