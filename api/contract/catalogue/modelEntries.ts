import { entryFieldsSchema, modelTitleSchema } from '@star-graph/workflows/models/modelEntry';
import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { excludedPlaces } from '@star-graph/workflows/models/shippedEntries';
import { z } from 'zod';
import { timeSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

const version = z.int().min(0).max(1_000_000);

const entrySchema = z
  .object({
    version: z.int().meta({ description: 'Raised by each change; 0: it was never set' }),
    fields: entryFieldsSchema.nullable().meta({ description: 'null: nothing is said' }),
    changedAt: timeSchema.optional(),
  })
  .meta({ id: 'ModelEntry' });

const modelWarnings = ['licence-forbids-selling', 'licence-unknown'] as const;

/** A model file or an engine with all that is said of it. */
export const adminModelSchema = z
  .object({
    id: z.string().meta({ description: 'folder/name in base64url, without padding', examples: ['dmFlL2E'] }),
    folder: z.string().meta({ description: 'As in GET /models; `engine` for a model of shipped workflows' }),
    name: z.string(),
    title: modelTitleSchema,
    fields: entryFieldsSchema.meta({
      description:
        'What is in force, field by field: `edited` before `fromFolder` before what ships with the platform',
    }),
    edited: entrySchema.meta({ description: 'What administrators set here' }),
    fromFolder: entrySchema.meta({ description: 'What MODELS_DIR says' }),
    family: z
      .object({
        name: z.enum(modelFamilies),
        source: z.enum(['entry', 'metadata', 'name']).meta({
          description: 'An entry says it, or the metadata of the file, or it was guessed from the name',
        }),
      })
      .nullable(),
    sampleUrl: z.url().nullable().meta({ description: 'Signed, and good for an hour' }),
    bytes: z.int().nullable().meta({ description: 'null: no server tells' }),
    backends: z.array(z.string()).meta({ description: 'Names of the GPU servers that have it' }),
    workflows: z
      .array(z.string())
      .meta({ description: 'Workflows that load it by themselves or let people choose it' }),
    excludedPlaces: z.array(z.enum(excludedPlaces)).meta({
      description:
        'Where the licence that its authors published allows no use: ISO 3166 codes and EU. Such an engine runs only where somebody names it',
    }),
    warnings: z.array(z.enum(modelWarnings)).meta({
      description: 'Credits are sold here, the model is on offer, and its licence forbids that or is unknown',
    }),
  })
  .meta({ id: 'AdminModel' });
export type AdminModelView = z.output<typeof adminModelSchema>;
export const adminModelListSchema = pageOf(adminModelSchema);

export const newModelEntrySchema = entryFieldsSchema
  .extend({ version: version.meta({ description: 'The one of `edited` that you read' }) })
  .meta({ id: 'NewModelEntry' });

export const modelParamsSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1600}$/, { error: 'Give the id of a model.' })
    .meta({ description: 'folder/name in base64url, without padding' }),
});

export const modelVersionQuerySchema = z.strictObject({
  version: z.coerce
    .number({ error: 'Give the version that you read.' })
    .pipe(version)
    .meta({ description: 'The one of `edited` that you read' }),
});
