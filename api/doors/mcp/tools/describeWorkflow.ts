import { Problem } from '@star-graph/core/ground/errors';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { z } from 'zod';
import { listForCaller } from '../../../routes/catalogue/listForCaller.ts';
import { describedOutput } from '../outputs.ts';
import { slimSchema } from '../slimSchema.ts';
import { defineTool } from '../tool.ts';

export const workflowName = z
  .string()
  .max(64)
  .meta({ description: 'A name of list_workflows, such as text2img' });

export const describeWorkflow = defineTool({
  name: 'describe_workflow',
  title: 'Describe a workflow',
  description:
    'The JSON Schema of the parameters of a workflow: what quote and generate take as params, with defaults, limits, and the names of models to choose from.',
  input: z.strictObject({ workflow: workflowName }),
  output: describedOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, { workflow }, { visit: { caller } }) {
    const listed = await listForCaller(deps, caller);
    const view = listed.find(({ name }) => name === workflow);
    if (!view)
      throw new Problem(
        'not-found',
        `There is no workflow ${workflow}. Call list_workflows for their names.`,
      );
    const { name, title, description, params, leastCost, available, reason, engines } = view;
    const described = {
      name,
      // One language throughout: a model says it in that of its person.
      title: title.en,
      description: description.en,
      params: slimSchema(params as ParamSchema),
      available,
      credits: leastCost,
      ...(reason === undefined ? {} : { reason }),
      ...(engines && { models: engines.map(({ model }) => model) }),
    };
    return {
      content: [{ type: 'text', text: JSON.stringify(described) }],
      structuredContent: described,
    };
  },
});
