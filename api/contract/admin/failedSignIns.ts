import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';

const counts = {
  failed: z.int().meta({ description: 'A wrong password or second factor' }),
  locks: z.int().meta({ description: 'How often further tries were refused for a while' }),
};
const from = { ...counts, lastAt: timeSchema };

export const failedSignInsSchema = z
  .object({
    ...counts,
    isMore: z.boolean().meta({ description: 'There were more: the newest 5,000 are counted' }),
    accounts: z
      .array(z.object({ userId: idSchema, username: z.string().nullable(), ...from }))
      .meta({ description: 'Tried most; a name that is nobody’s is kept nowhere' }),
    addresses: z.array(z.object({ address: z.string(), ...from })),
  })
  .meta({ id: 'FailedSignIns' });
export type FailedSignInsView = z.output<typeof failedSignInsSchema>;
