import { z } from 'zod';
import { pageOf } from '../pages.ts';
import { taskSchema } from '../tasks/tasks.ts';
import { assetSchema } from './assets.ts';

/** A result that its owner keeps. */
const favouriteSchema = z
  .object({
    asset: assetSchema,
    task: taskSchema
      .optional()
      .meta({ description: 'What made it; absent where that is not stored any more' }),
  })
  .meta({ id: 'Favourite' });
export type FavouriteView = z.output<typeof favouriteSchema>;
export const favouriteListSchema = pageOf(favouriteSchema);
