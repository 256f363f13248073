import { z } from 'zod';

/** The limits and switches in force; they come from the environment and change with a restart. */
export const settingsSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .meta({ id: 'Settings' });
