import type {
  Img2imgParams,
  Img2videoParams,
  PoseParams,
  Text2imgParams,
  Text2videoParams,
  UpscaleParams,
} from '@star-graph/workflows/params/builtinParams';
import { z } from 'zod';
import { creditsSchema, printableFault, workflowNameSchema } from '../fields.ts';
import { sharedShareSchema } from '../guilds/guildCredits.ts';
import { problemSchema } from '../problems.ts';
import { laneSchema, type TaskMetaView, taskMetaSchema } from './tasks.ts';

export const workflowParamsSchema = z.strictObject({ workflow: workflowNameSchema });

/** Values of a workflow's parameters beside `meta`; the workflow's own schema checks them and refuses unknown ones. */
export const generateSchema = z.looseObject({ meta: taskMetaSchema.optional() });
export type GenerateBody = z.input<typeof generateSchema>;

/**
 * The parameters of the platform's six kinds, for the compiler. `GET workflows` describes all other workflows:
 * operators' own, and folders that only ship (inpaint, outpaint), whose `params.ts` has the type.
 */
interface BuiltinParams {
  text2img: Text2imgParams;
  img2img: Img2imgParams;
  pose: PoseParams;
  upscale: UpscaleParams;
  text2video: Text2videoParams;
  img2video: Img2videoParams;
}
export type BuiltinWorkflowName = keyof BuiltinParams;
export type GenerateBodyOf<Name extends string> = (Name extends BuiltinWorkflowName
  ? BuiltinParams[Name]
  : Record<string, unknown>) & { meta?: TaskMetaView };

/** Printable ASCII without spaces, so that every proxy passes it unchanged. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,64}$/, {
  error: printableFault,
});

const availableSchema = creditsSchema.meta({ description: 'Credits that the person has to pay with' });

export const quoteSchema = z
  .object({
    cost: creditsSchema.meta({ description: 'Credits that will be held' }),
    available: availableSchema,
    lane: laneSchema,
    etaSeconds: z.number().optional().meta({
      description:
        'Until the result, waiting included, as planned some seconds ago; absent while no dispatcher plans or no GPU server takes it',
    }),
    queuePosition: z
      .int()
      .optional()
      .meta({ description: 'Its place if it came now: 1 is next; absent while no dispatcher plans' }),
    sharedCredits: sharedShareSchema
      .extend({ pays: z.boolean().meta({ description: 'Whether they would pay; else the person does' }) })
      .optional()
      .meta({ description: "Where the person may use the server's shared credits" }),
  })
  .meta({ id: 'Quote' });
export type QuoteView = z.output<typeof quoteSchema>;

/** As many as a picture has tools, or a form makes at once. */
export const mostQuotes = 32;

export const quoteEachSchema = z.strictObject({
  items: z
    .array(z.strictObject({ workflow: workflowNameSchema, params: z.record(z.string(), z.unknown()) }))
    .min(1)
    .max(mostQuotes)
    .meta({ description: 'Requests as `generate` takes them, without `meta`' }),
});

export const pricesSchema = z
  .object({
    available: availableSchema,
    items: z
      .array(
        z.union([
          z.object({ cost: creditsSchema.meta({ description: 'Credits that will be held' }) }),
          z.object({ problem: problemSchema.meta({ description: 'Why this one would be refused' }) }),
        ]),
      )
      .meta({ description: 'In the order of the requests' }),
  })
  .meta({ id: 'Prices' });
