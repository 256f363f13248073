import { z } from 'zod';

/** What something hangs on and ends with. */
export const makerSchema = z
  .object({
    kind: z.enum(['key', 'session', 'service-key']).meta({ description: 'A program is a key, too' }),
    id: z.string().meta({ description: 'As its list has it' }),
  })
  .meta({ id: 'Maker', description: 'What made it, and what it ends with; absent: you, by yourself' });
export type MakerView = z.output<typeof makerSchema>;
