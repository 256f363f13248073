import { z } from 'zod';
import { idSchema } from '../fields.ts';

export const shardReportSchema = z.strictObject({
  process: idSchema.meta({ description: 'An id that the process gave itself at its start' }),
  name: z.string().min(1).max(200).meta({ description: 'Where it runs, for operators' }),
  count: z.int().min(1).max(4_096).meta({
    description: 'How many shards Discord advises; while other processes run, their number counts',
  }),
  concurrency: z
    .int()
    .min(1)
    .max(4_096)
    .meta({ description: 'max_concurrency of Discord: how many sessions may begin at once' }),
  leaving: z.boolean().optional().meta({ description: 'It ends: its shards are free' }),
});

export const heldShardsSchema = z
  .object({
    count: z.int().meta({ description: 'Of all processes together' }),
    shards: z.array(z.int()).meta({ description: 'Those of this process' }),
    reportSeconds: z.int().meta({ description: 'When to report again' }),
  })
  .meta({ id: 'HeldShards' });
export type HeldShardsView = z.output<typeof heldShardsSchema>;
