import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';

/** The parameters of a workflow, in the order of its form. */
export const paramsOf = ({ params }: WorkflowView): [string, ParamSchema][] =>
  Object.entries((params.properties ?? {}) as Record<string, ParamSchema>);

export const requiredParamsOf = ({ params }: WorkflowView): readonly string[] =>
  Array.isArray(params.required) ? (params.required as string[]) : [];

/** The parameters that a list of allowed models covers; upscalers, samplers and the like come with their workflow. */
const governed = ['checkpoints', 'video_checkpoints', 'loras'];

/** Parameters whose values are model names that a policy may limit. */
export const modelParamsOf = (workflow: WorkflowView): string[] =>
  paramsOf(workflow)
    .filter(([, schema]) => governed.includes(schema['x-options'] ?? ''))
    .map(([name]) => name);
