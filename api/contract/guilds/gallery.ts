import { z } from 'zod';
import { assetSchema } from '../assets/assets.ts';
import { idSchema } from '../fields.ts';
import { taskSchema } from '../tasks/tasks.ts';
import { snowflakeSchema } from './guildPolicy.ts';

export const starParamsSchema = z.strictObject({ discordGuildId: snowflakeSchema, id: idSchema });

/** The result that a member of a Discord server gives a star. */
export const starSchema = z.strictObject({
  index: z.int().min(0).max(99).meta({ description: 'Which of the outputs, from 0' }),
  channelId: snowflakeSchema.meta({ description: 'Of the message that shows the result' }),
  messageId: snowflakeSchema,
  ageRestricted: z.boolean().meta({ description: 'Whether that channel is for adults' }),
});

export const starredSchema = z
  .object({
    stars: z.int().meta({ description: 'People of this server who gave one' }),
    isNew: z.boolean().meta({ description: 'false: this person had given theirs before' }),
    isDue: z.boolean().meta({ description: 'true: with this star it goes into the gallery' }),
  })
  .meta({ id: 'Starred' });

export const partyParamsSchema = z.strictObject({
  discordGuildId: snowflakeSchema,
  channelId: snowflakeSchema,
});

export const partySchema = z.strictObject({
  holder: snowflakeSchema.meta({ description: 'What began it: the same one may say so again' }),
  seconds: z.int().min(0).max(10_800).meta({ description: 'For how long from now; 0: it is over' }),
});

export const heldPartySchema = z
  .object({
    isHeld: z.boolean().meta({ description: 'false: another one goes on in this channel' }),
    endsAt: z.iso.datetime().meta({ description: 'Of the one that goes on' }),
  })
  .meta({ id: 'HeldParty' });

/** A job in a server's gallery. */
const galleryWorkSchema = z
  .object({ id: idSchema, discordGuildId: snowflakeSchema })
  .meta({ id: 'GalleryWork' });
export const galleryWorkListSchema = z.object({ items: z.array(galleryWorkSchema) });
export type GalleryWorkView = z.output<typeof galleryWorkSchema>;

export const galleryClaimBodySchema = z.strictObject({
  ageRestricted: z.boolean().meta({ description: 'Whether the gallery channel is for adults' }),
});

const messageShape = { channelId: snowflakeSchema, messageId: snowflakeSchema };
const claimNumberSchema = z.int().min(1);

/** The instructions for the process that claimed the job. */
export const galleryClaimSchema = z
  .discriminatedUnion('work', [
    z.object({
      work: z.literal('post'),
      claim: claimNumberSchema,
      source: z.object(messageShape).meta({ description: 'The message that was starred' }),
      madeBy: z.string().optional().meta({ description: 'discord:<user id>' }),
      stars: z.int(),
      asset: assetSchema,
      task: taskSchema,
    }),
    z.object({ work: z.literal('withdraw'), ...messageShape }),
    z.object({ work: z.literal('none') }),
  ])
  .meta({ id: 'GalleryClaim' });
export type GalleryClaimView = z.output<typeof galleryClaimSchema>;

/** The outcome of a claimed job. */
export const galleryOutcomeSchema = z
  .discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('posted'), ...messageShape }),
    z.strictObject({
      outcome: z.literal('refused'),
      claim: claimNumberSchema,
      retryAfterSeconds: z.int().min(1).max(86_400),
    }),
    z.strictObject({ outcome: z.literal('unwanted'), claim: claimNumberSchema }),
    z.strictObject({ outcome: z.literal('withdrawn') }),
  ])
  .meta({ id: 'GalleryOutcome' });
