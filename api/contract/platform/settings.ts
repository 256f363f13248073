import {
  enginesSchema,
  type LiveSettingName,
  liveSettingNames,
  liveSettingSchemas,
  maintenanceSchema,
  modelAliasesSchema,
} from '@star-graph/workflows/shared/liveSettings';
import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

const mostVersions = 1_000_000_000;

const versionSchema = z.int().min(0).max(mostVersions);

const valueSchema = z.union([
  z.string(),
  z.number(),
  z.array(z.string()),
  maintenanceSchema,
  enginesSchema,
  modelAliasesSchema,
  z.null(),
]);

/** The settings in force, and where they come from. */
export const settingsSchema = z
  .object({
    version: z.int().meta({ description: 'Raised by each change; 0: nothing was ever changed' }),
    changedAt: timeSchema.optional(),
    changedBy: idSchema.optional(),
    settings: z
      .record(
        z.enum(liveSettingNames as [LiveSettingName, ...LiveSettingName[]]),
        z.object({
          value: valueSchema.meta({ description: 'What is in force' }),
          default: valueSchema.meta({ description: 'What the environment says' }),
          source: z.enum(['changed', 'environment']),
        }),
      )
      .meta({ description: 'Those that change while the platform runs' }),
    ignored: z
      .array(z.object({ name: z.string(), value: z.unknown(), reason: z.string() }))
      .meta({ description: 'Stored values that this release does not understand: the environment’s hold' }),
    fixed: z
      .record(z.string(), valueSchema)
      .meta({ description: 'Those that come from the environment and change with a restart' }),
  })
  .meta({ id: 'Settings' });
export type SettingsView = z.output<typeof settingsSchema>;

type Nullable<Shape extends Record<string, z.ZodType>> = {
  [Name in keyof Shape]: z.ZodOptional<z.ZodNullable<Shape[Name]>>;
};

const changeable = Object.fromEntries(
  Object.entries(liveSettingSchemas).map(([name, schema]) => [name, schema.nullable().optional()]),
) as Nullable<typeof liveSettingSchemas>;

export const settingsPatchSchema = z
  .strictObject({
    version: versionSchema.meta({ description: 'The one that you read' }),
    values: z
      .strictObject(changeable)
      .meta({ description: 'By name; null: back to what the environment says. Others stay as they are' }),
  })
  .meta({ id: 'SettingsPatch' });

export const settingsRevertSchema = z
  .strictObject({
    version: versionSchema.meta({ description: 'The one that you read' }),
    to: versionSchema.meta({
      description: 'The version whose values hold again; 0: everything as the environment says',
    }),
  })
  .meta({ id: 'SettingsRevert' });

const settingChangeSchema = z
  .object({
    version: z.int(),
    revertedTo: z.int().optional(),
    changedBy: idSchema,
    changedAt: timeSchema,
    changes: z
      .record(z.string(), z.object({ before: z.unknown(), after: z.unknown() }))
      .meta({ description: 'By name; null: as the environment says' }),
  })
  .meta({ id: 'SettingChange' });
export type SettingChangeView = z.output<typeof settingChangeSchema>;
export const settingChangeListSchema = pageOf(settingChangeSchema);
