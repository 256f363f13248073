import { z } from 'zod';
import { showsCard } from '../card.ts';
import { taskOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';
import { workflowName } from './describeWorkflow.ts';
import { makeAndWait } from './makeAndWait.ts';
import { workflowParams } from './quote.ts';
import { waitSeconds } from './waitFor.ts';

export const generate = defineTool({
  name: 'generate',
  title: 'Make a picture or a video',
  description:
    "Makes a picture or a video and spends the person's credits: the price of quote is held, and paid when it is done. Nothing is paid for what fails. Answers with small pictures to look at and links to the whole ones; or, when it takes longer, with the id of the task for wait.",
  input: z.strictObject({
    workflow: workflowName,
    params: workflowParams,
    mostCredits: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Refuse it if it costs more credits than this' }),
    waitSeconds,
    idempotencyKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional()
      .meta({ description: 'The same request under the same key is made once, however often it is sent' }),
  }),
  output: taskOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  meta: showsCard,
  run: (deps, { workflow, params, mostCredits, waitSeconds: seconds, idempotencyKey }, call) =>
    makeAndWait(deps, call, {
      workflow,
      params,
      mostCredits,
      seconds,
      idempotencyKey,
      content: JSON.stringify([workflow, params]),
    }),
});
