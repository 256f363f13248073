import { z } from 'zod';
import { idSchema, printableFault, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

export const personNoteSchema = z
  .object({
    id: idSchema,
    authorId: idSchema,
    author: z.string().nullable().meta({ description: 'The user name of who wrote it' }),
    text: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: 'PersonNote' });
export type PersonNoteView = z.output<typeof personNoteSchema>;
export const personNoteListSchema = pageOf(personNoteSchema);

export const newPersonNoteSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1, { error: 'Write something.' })
    .max(2_000, { error: 'Use at most 2,000 characters.' }),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key adds the note once' }),
});
