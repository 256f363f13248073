import { z } from 'zod';
import { idParamsSchema, idSchema, workflowNameSchema } from '../fields.ts';
import { route } from '../route.ts';

const path = '/api/v1/presets';

const nameFault = { error: 'Give a name of 1 to 60 characters.' };

/** Far more than a long prompt and all numbers of a form. */
export const mostDraftCharacters = 16_000;

const valuesSchema = z.record(z.string(), z.unknown());

export const draftSchema = z
  .strictObject({
    values: valuesSchema.meta({ description: 'What was chosen, by parameter' }),
    tuning: z
      .record(z.string(), valuesSchema)
      .meta({ description: 'Values that suit one model alone, by the workflow that runs it' }),
  })
  .refine((draft) => JSON.stringify(draft).length <= mostDraftCharacters, {
    error: `Keep settings of at most ${mostDraftCharacters} characters.`,
  })
  .meta({ id: 'PresetDraft' });

const newPresetSchema = z
  .strictObject({
    workflow: workflowNameSchema,
    name: z.string(nameFault).trim().min(1, nameFault).max(60, nameFault),
    draft: draftSchema,
  })
  .meta({ id: 'NewPreset' });

const presetSchema = z
  .object({ id: idSchema, workflow: z.string(), name: z.string(), draft: draftSchema })
  .meta({ id: 'Preset' });
export type PresetView = z.output<typeof presetSchema>;

/** Settings of a form under a name. */
export const presetRoutes = {
  listPresets: route({
    method: 'get',
    path,
    auth: 'user',
    tag: 'users',
    summary: 'List your presets of all workflows',
    success: {
      status: 200,
      description: 'By workflow and name',
      body: z.object({ items: z.array(presetSchema) }).meta({ id: 'PresetList' }),
    },
    forDelegates: true,
  }),
  putPreset: route({
    method: 'put',
    path,
    auth: 'user',
    tag: 'users',
    summary: 'Keep settings of a workflow under a name',
    description:
      'You may have 200. One of the same workflow and name gives way, so a repeat changes nothing.',
    body: newPresetSchema,
    success: { status: 200, description: 'The preset', body: presetSchema },
    problems: ['quota-exceeded'],
  }),
  deletePreset: route({
    method: 'delete',
    path: `${path}/{id}`,
    auth: 'user',
    tag: 'users',
    summary: 'Delete a preset of yours',
    params: idParamsSchema,
    success: { status: 204, description: 'Deleted' },
    problems: ['not-found'],
  }),
};
