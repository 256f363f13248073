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

export const quoteSchema = z
  .object({
    cost: creditsSchema.meta({ description: 'Credits that will be held' }),
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
