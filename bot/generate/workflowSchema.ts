import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';

/** A parameter as the catalogue's JSON Schema describes it. */
export interface ParamSchema {
  type?: string;
  title?: string;
  'x-title'?: Record<string, string>;
  'x-options'?: string;
  'x-asset'?: string;
  'x-multiline'?: boolean;
  'x-seed'?: boolean;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  maxLength?: number;
  items?: { properties?: Record<string, ParamSchema> };
}

/** The parameters of a workflow, in the order of its form. */
export const paramsOf = ({ params }: WorkflowView): [string, ParamSchema][] =>
  Object.entries((params.properties ?? {}) as Record<string, ParamSchema>);

export const requiredParamsOf = ({ params }: WorkflowView): readonly string[] =>
  Array.isArray(params.required) ? (params.required as string[]) : [];

/** What a list of allowed models is about; upscalers, samplers and the like come with their workflow. */
const governed = ['checkpoints', 'video_checkpoints', 'loras'];

/** Parameters whose values are names of models that a policy speaks of. */
export const modelParamsOf = (workflow: WorkflowView): string[] =>
  paramsOf(workflow)
    .filter(([, schema]) => governed.includes(schema['x-options'] ?? ''))
    .map(([name]) => name);
