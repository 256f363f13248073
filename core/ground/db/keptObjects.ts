import { z } from 'zod';
import type { Database } from './connect.ts';
import { Setting } from './models/operation.ts';

const settingSchema = z.object({ until: z.iso.datetime() });

/** A setting that a restore writes: until then no object is removed, so that the state before it can be taken back to. */
export const keptObjectsSetting = 'objects-kept-until';

export async function areObjectsKept(database: Database, now: Date): Promise<boolean> {
  const setting = await Setting.query(database).findById(keptObjectsSetting);
  const kept = settingSchema.safeParse(setting?.value);
  return kept.success && now < new Date(kept.data.until);
}
