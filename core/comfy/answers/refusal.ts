import { z } from 'zod';
import type { Refusal } from '../comfy.ts';
import { cleanMessage } from './failure.ts';

const nodeErrorsSchema = z.record(
  z.string(),
  z.object({
    class_type: z.string().default(''),
    errors: z
      .array(
        z.object({
          type: z.string(),
          extra_info: z.object({ input_name: z.string().optional() }).nullish(),
        }),
      )
      .default([]),
  }),
);

const acceptedSchema = z.object({ prompt_id: z.string(), node_errors: nodeErrorsSchema.default({}) });
const refusedSchema = z.object({
  error: z.object({ type: z.string(), message: z.string().default('') }),
  node_errors: nodeErrorsSchema.catch({}),
});

/** A 200 for `POST /prompt`; undefined when it is not ComfyUI's answer. */
export function parseAccepted(
  answer: unknown,
): { promptId: string; refusal: Refusal | undefined } | undefined {
  const accepted = acceptedSchema.safeParse(answer).data;
  if (!accepted) return undefined;
  const hasErrors = Object.keys(accepted.node_errors).length > 0;
  return {
    promptId: accepted.prompt_id,
    refusal: hasErrors ? describe('prompt_outputs_failed_validation', '', accepted.node_errors) : undefined,
  };
}

/** A 4xx for `POST /prompt`. An answer without ComfyUI's body comes from a proxy or a limit of this server. */
export function parseRefused(status: number, answer: unknown): Refusal {
  const refused = refusedSchema.safeParse(answer).data;
  if (!refused) return { reason: 'backend', summary: `HTTP ${status}`, errors: [] };
  return describe(refused.error.type, refused.error.message, refused.node_errors);
}

/** Faults that another server may not have: it lacks a node class, a model or an uploaded file. */
const backendFaults = new Set([
  'invalid_prompt',
  'missing_node_type',
  'value_not_in_list',
  'custom_validation_failed',
]);

function describe(type: string, message: string, nodeErrors: z.infer<typeof nodeErrorsSchema>): Refusal {
  const errors = Object.entries(nodeErrors).flatMap(([nodeId, node]) =>
    node.errors.map((error) => ({
      nodeId,
      classType: node.class_type,
      type: error.type,
      ...(error.extra_info?.input_name === undefined ? {} : { input: error.extra_info.input_name }),
    })),
  );
  const isBackends = backendFaults.has(type) || errors.some((error) => backendFaults.has(error.type));
  // The server's own details list every model file it has, so the summary uses only the parts we know.
  const parts = errors.map(
    ({ nodeId, classType, type: fault, input }) =>
      `${classType} ${nodeId}${input ? `.${input}` : ''}: ${fault}`,
  );
  return {
    reason: isBackends ? 'backend' : 'request',
    summary: [`${type}${message ? `: ${cleanMessage(message)}` : ''}`, ...parts].join('; ').slice(0, 500),
    errors,
  };
}
