import { z } from 'zod';

/** What something hangs on and ends with. */
export const makerSchema = z
  .object({
    kind: z.enum(['key', 'program', 'session', 'service-key']),
    id: z.string().meta({ description: 'As its list has it' }),
    name: z
      .string()
      .optional()
      .meta({ description: 'Of a session: the user agent. Absent: it is no longer known' }),
  })
  .meta({ id: 'Maker', description: 'What made it, and what it ends with; absent: you, by yourself' });
export type MakerView = z.output<typeof makerSchema>;
