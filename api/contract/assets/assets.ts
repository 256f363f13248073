import { z } from 'zod';
import { creditsSchema, idSchema, timeSchema } from '../fields.ts';

/** A stored picture or video. */
export const assetSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['input', 'output']).meta({ description: 'Uploaded, or made by a task' }),
    mime: z.string(),
    width: z.int().meta({ description: 'Pixels, after EXIF rotation; 0 of what is no picture and no video' }),
    height: z.int(),
    bytes: z.int(),
    sha256: z.string().meta({ description: 'Of the stored bytes, hexadecimal' }),
    durationMs: z.int().optional().meta({ description: 'Of videos, sounds and animated pictures' }),
    fps: z.number().optional().meta({ description: 'Frames per second, on average' }),
    sound: z
      .object({
        codec: z.string(),
        sampleRate: z.int().meta({ description: 'Samples per second' }),
        channels: z.int(),
      })
      .optional()
      .meta({ description: 'Of a sound, or the sound track of a video; absent without one' }),
    waveform: z.base64().optional().meta({
      description:
        'Of a sound: how loud each of up to 256 equal parts is, a byte each, the loudest 255; as Discord takes it with a voice message',
    }),
    text: z
      .string()
      .optional()
      .meta({ description: 'Of a text (text/plain): its first 4,000 characters; all of it is at `url`' }),
    url: z.url().meta({ description: 'The bytes; signed for this object and good for an hour' }),
    thumbnailUrl: z.url().optional(),
    favourite: z
      .boolean()
      .optional()
      .meta({ description: 'true: you keep it, and it does not expire; absent: it does' }),
  })
  .meta({ id: 'Asset' });
export type AssetView = z.output<typeof assetSchema>;

export const assetUrlQuerySchema = z.strictObject({
  ttlHours: z.coerce
    .number({ error: 'Choose a whole number from 1 to 168.' })
    .int({ error: 'Choose a whole number from 1 to 168.' })
    .min(1, { error: 'Choose a whole number from 1 to 168.' })
    .max(168, { error: 'Choose a whole number from 1 to 168.' })
    .default(1),
});

export const assetUrlSchema = z.object({ url: z.url(), expiresAt: timeSchema }).meta({ id: 'AssetUrl' });

/** Several assets at once. */
export const assetIdsSchema = z.strictObject({
  ids: z
    .array(idSchema)
    .min(1, { error: 'Name 1 to 200 pictures.' })
    .max(200, { error: 'Name 1 to 200 pictures.' }),
});

export const foundIdsSchema = z.object({ ids: z.array(idSchema) });

/** A link to a picture or film on the internet. */
export const importSchema = z.strictObject({
  url: z
    .string({ error: 'Give a link.' })
    .min(1, { error: 'Give a link.' })
    .max(2_000, { error: 'Use at most 2,000 characters.' })
    .meta({ description: 'http or https, on the public internet, without user name and password' }),
});

export const uploadQuerySchema = z.strictObject({
  purpose: z.enum(['mask'], { error: 'Choose mask, or leave it out.' }).optional().meta({
    description: 'mask: it says where another picture changes, and no list of your pictures shows it',
  }),
});

/** `multipart/form-data` with one file. */
export const uploadSchema = z.object({
  file: z
    .string()
    .meta({ format: 'binary', description: 'A picture, a video or a sound; sent once, under this name' }),
});

/** How a picture was made. */
export const originSchema = z
  .object({
    recorded: z.boolean().meta({
      description: 'true: these very bytes are a result of that task; false: only the file says so',
    }),
    taskId: z.string(),
    workflow: z.object({ name: z.string(), version: z.int() }),
    params: z.record(z.string(), z.unknown()),
    parentId: idSchema.optional(),
    cost: creditsSchema.optional(),
    madeBy: z
      .string()
      .optional()
      .meta({ description: 'discord:<user id>, of your own and of public results' }),
    createdAt: timeSchema.optional(),
  })
  .meta({ id: 'Origin' });
export type OriginView = z.output<typeof originSchema>;
