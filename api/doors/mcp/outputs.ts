import { z } from 'zod';

const credits = z.number().meta({ description: 'In credits' });

/** A task, as generate, wait and the others answer. */
export const taskOutput = z.object({
  taskId: z.string(),
  workflow: z.string(),
  status: z.string().meta({ description: 'queued, assigned, running, succeeded, failed or cancelled' }),
  credits: z.looseObject({ price: credits, charged: credits.optional() }),
  percent: z.number(),
  queuePosition: z.number().optional(),
  etaSeconds: z.number().optional(),
  outputs: z.array(
    z.looseObject({
      assetId: z.string().meta({ description: 'To go on from it' }),
      mime: z.string(),
      text: z.string().optional().meta({ description: 'Of a text: its beginning' }),
      picture: z.number().optional().meta({ description: 'Its place among the pictures of this answer' }),
      width: z.number(),
      height: z.number(),
      url: z.string().meta({ description: 'The whole file, for an hour' }),
    }),
  ),
  next: z.string().optional(),
});

export const assetOutput = z.object({
  assetId: z.string(),
  mime: z.string(),
  width: z.number(),
  height: z.number(),
});

export const quoteOutput = z.object({
  credits,
  etaSeconds: z.number().optional(),
  queuePosition: z.number().optional(),
});

export const followUpsOutput = z.object({
  steps: z.array(
    z.looseObject({
      name: z.string(),
      workflow: z.string(),
      params: z.looseObject({}),
      credits,
    }),
  ),
});

export const balanceOutput = z.object({
  available: credits,
  held: credits,
  key: z.looseObject({ spentToday: credits, creditsPerDay: credits.optional() }).optional(),
});

const workflowOutput = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  credits: credits.meta({ description: 'The least that it costs; quote tells what a certain request does' }),
  available: z.boolean(),
  reason: z.string().optional(),
});

export const workflowsOutput = z.object({
  workflows: z.array(z.looseObject({ ...workflowOutput.shape, makes: z.string() })),
});

export const describedOutput = workflowOutput.extend({
  params: z.looseObject({}).meta({ description: 'JSON Schema' }),
  models: z.array(z.string()).optional(),
});

/** Some clients hold a refusal to the same schema, so that no field may be needed. */
export const orFault = (output: z.ZodObject): z.ZodObject =>
  z.looseObject({
    ...output.partial().shape,
    code: z.string().optional().meta({ description: 'Of a refusal' }),
    detail: z.string().optional(),
    retryAfterSeconds: z.number().optional(),
  });
