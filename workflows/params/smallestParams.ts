import { isDeepStrictEqual } from 'node:util';
import type { Workflow, WorkflowParams } from '../workflow.ts';
import { describeParams } from './paramsMeta.ts';

/**
 * The least work that loads the same models: whole numbers such as sides, steps and frames are as small as the schema
 * allows. Other numbers stay: a strength of 0 would leave a model out, and a denoise of 0 the sampler.
 * @param params that passed the schema.
 * @param kept names of parameters that stay as they are.
 */
export function smallestParams(
  workflow: Workflow,
  params: WorkflowParams,
  kept: ReadonlySet<string>,
): WorkflowParams {
  const models = workflow.models(params);
  let smallest = params;
  for (const [name, { type, minimum }] of Object.entries(describeParams(workflow.params).properties ?? {})) {
    if (type !== 'integer' || minimum === undefined || name === workflow.seedParam) continue;
    if (kept.has(name) || typeof params[name] !== 'number') continue;
    const parsed = workflow.params.safeParse({ ...smallest, [name]: minimum });
    if (parsed.success && isDeepStrictEqual(workflow.models(parsed.data), models)) smallest = parsed.data;
  }
  return smallest;
}
