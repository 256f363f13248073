import type { Img2imgParams } from '@star-graph/workflows/templates/img2img/params';
import type { Text2imgParams } from '@star-graph/workflows/templates/text2img/params';
import type { UpscaleParams } from '@star-graph/workflows/templates/upscale/params';
import { z } from 'zod';
import { creditsSchema, workflowNameSchema } from './shared.ts';
import { laneSchema, type TaskMetaView, taskMetaSchema } from './tasks.ts';

export const workflowParamsSchema = z.strictObject({ workflow: workflowNameSchema });

/** Values of a workflow's parameters beside `meta`; the workflow's own schema checks them and refuses unknown ones. */
export const generateSchema = z.looseObject({ meta: taskMetaSchema.optional() });
export type GenerateBody = z.input<typeof generateSchema>;

/** What the workflows that ship with the platform take; an operator's own take what `GET workflows` says. */
export interface BuiltinParams {
  text2img: Text2imgParams;
  img2img: Img2imgParams;
  upscale: UpscaleParams;
}
export type BuiltinWorkflowName = keyof BuiltinParams;
export type GenerateBodyOf<Name extends string> = (Name extends BuiltinWorkflowName
  ? BuiltinParams[Name]
  : Record<string, unknown>) & { meta?: TaskMetaView };

/** Printable ASCII without spaces, so that it survives every proxy as it is. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,64}$/, {
  error: 'Use 1 to 64 printable ASCII characters without spaces.',
});

export const quoteSchema = z
  .object({
    cost: creditsSchema.meta({ description: 'Credits that will be held' }),
    lane: laneSchema,
    etaSeconds: z.number().meta({ description: 'Until the result, waiting included' }),
    queuePosition: z.int().meta({ description: 'Tasks that would come before this one' }),
  })
  .meta({ id: 'Quote' });
export type QuoteView = z.output<typeof quoteSchema>;
