import { z } from 'zod';
import { creditsSchema, printableFault } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { balanceSchema, ownBalanceSchema, transferSchema } from '../users/credits.ts';

/** What a member may use of a Discord server's shared credits. */
export const sharedShareSchema = z.object({
  perDay: creditsSchema.meta({ description: 'What the member may use a day' }),
  left: creditsSchema.meta({ description: 'Of that, today; a day begins at midnight UTC' }),
  available: creditsSchema.meta({ description: 'What the server has' }),
});

export const guildCreditsSchema = balanceSchema
  .extend({
    member: sharedShareSchema
      .omit({ available: true })
      .optional()
      .meta({ description: 'Of the person at the place that the request names; absent: nothing' }),
  })
  .meta({ id: 'GuildCredits' });
export type GuildCreditsView = z.output<typeof guildCreditsSchema>;

export const guildGiftSchema = z.strictObject({
  amount: z.int().min(1).max(1_000_000_000),
  reason: z.string().max(200).default(''),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key moves credits once' }),
});

export const guildGiftResultSchema = z
  .object({ giver: ownBalanceSchema, guild: balanceSchema })
  .meta({ id: 'GuildGiftResult' });

const guildTransferSchema = transferSchema
  .extend({
    memberId: z.string().optional().meta({
      description:
        'Discord id of who gave or used them; absent for administrators and for whoever has several',
    }),
  })
  .meta({ id: 'GuildTransfer' });
export type GuildTransferView = z.output<typeof guildTransferSchema>;
export const guildTransferListSchema = pageOf(guildTransferSchema);
