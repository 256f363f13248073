import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { mediaKinds } from '@star-graph/workflows/shared/mediaKinds';
import { z } from 'zod';
import { creditsSchema, localizedTextSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { taskTypeSchema } from '../tasks/tasks.ts';
import { modelLicenceNameSchema } from './models.ts';

/** By which people choose between engines. */
const facts = {
  leastCost: creditsSchema.meta({
    description:
      'Credits for the cheapest request that is accepted now: none costs less, unless its result is there already. `POST quote` tells what a certain one costs',
  }),
  exampleSeconds: z.number().optional().meta({
    description: 'How long a GPU server of the pool works on that, as measured; absent until some have run',
  }),
  family: z.enum(modelFamilies).optional().meta({ description: 'What its model was trained as' }),
  licence: modelLicenceNameSchema.optional(),
};

/** One of the workflows that do what another one does. */
const engineSchema = z
  .object({
    workflow: z.string().meta({ description: 'ID of the workflow that runs' }),
    model: z.string().meta({ description: 'What people read, and may send as `model`' }),
    available: z.boolean(),
    onlyNamed: z.literal(true).optional().meta({
      description:
        'Present where a request without `model` never runs it, because its licence excludes some places',
    }),
    ...facts,
    reason: z.string().optional(),
    params: z.record(z.string(), z.unknown()).optional().meta({
      description: 'Its form, where no entry shows it: the workflow’s own while another engine is used',
    }),
  })
  .meta({ id: 'Engine' });
export type EngineView = z.output<typeof engineSchema>;

/** A workflow as a form needs it. */
export const workflowSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    type: taskTypeSchema,
    title: localizedTextSchema,
    description: localizedTextSchema,
    outputKind: z.enum(mediaKinds),
    params: z.record(z.string(), z.unknown()).meta({
      description: 'JSON Schema of the parameters, with defaults, limits and the names the pool offers',
    }),
    fps: z.number().optional().meta({
      description: 'Frames a second of its own films, where it has no parameter for them',
    }),
    sound: z.literal(true).optional().meta({ description: 'Present where its films have sound' }),
    ...facts,
    available: z.boolean().meta({ description: 'Whether requests are accepted now' }),
    waiting: z
      .boolean()
      .meta({ description: 'Requests are accepted, and wait for a GPU server that is away at the moment' }),
    reason: z.string().optional().meta({
      description: 'Why it is not available, waits, or runs with some of its choices alone, in a sentence',
    }),
    model: z.string().optional().meta({ description: 'What people call its model' }),
    engineOf: z.string().optional().meta({
      description: 'The workflow that it is an engine of: a request for that one may run this one',
    }),
    engines: z.array(engineSchema).optional().meta({
      description:
        "The workflows that do what it does, itself among them, in the order of preference; absent: only itself. A request may name one as `model`, by its model or its workflow, and is checked by that one's schema",
    }),
    uses: z.string().optional().meta({
      description:
        'Present with `engines`: the workflow that a request without `model` runs now, if it has all of its parameters. `params`, `available`, `waiting`, `reason`, and what is known of the model are of that one; `leastCost` is that of the cheapest that runs',
    }),
  })
  .meta({ id: 'Workflow' });
export type WorkflowView = z.output<typeof workflowSchema>;
export const workflowListSchema = pageOf(workflowSchema);
