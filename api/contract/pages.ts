import { z } from 'zod';

/** The position where a list continues; opaque. */
export const cursorSchema = z.string().min(1).max(200);

/** The query of every list: newest first, `nextCursor` of one page is `cursor` of the next. */
export const pageQuery = {
  limit: z.coerce
    .number({ error: 'Choose a whole number from 1 to 100.' })
    .int({ error: 'Choose a whole number from 1 to 100.' })
    .min(1, { error: 'Choose a whole number from 1 to 100.' })
    .max(100, { error: 'Choose a whole number from 1 to 100.' })
    .default(20),
  cursor: cursorSchema.optional(),
};

export const pageQuerySchema = z.strictObject(pageQuery);
export type PageQuery = z.output<typeof pageQuerySchema>;

/** One page; `nextCursor` is null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
