import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { quoteWork } from '../../../routes/tasks/quoteWork.ts';
import { quoteOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';
import { workflowName } from './describeWorkflow.ts';

/** Checked by the workflow's own schema, which names what is wrong. */
export const workflowParams = z.record(z.string(), z.unknown()).meta({
  description: 'As describe_workflow says; pictures are the ids of assets that upload or a task gave',
});

export const quote = defineTool({
  name: 'quote',
  title: 'Ask for the price',
  description:
    'What generate would cost with the same arguments, in credits, and about when it would be ready. Costs nothing and makes nothing.',
  input: z.strictObject({ workflow: workflowName, params: workflowParams }),
  output: quoteOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, { workflow, params }, { visit: { caller, ctx } }) {
    const { cost: credits, etaSeconds, queuePosition } = await quoteWork(deps, caller, ctx, workflow, params);
    const when = etaSeconds === undefined ? '' : ` It would be ready in about ${Math.ceil(etaSeconds)} s.`;
    return {
      content: [{ type: 'text', text: `This costs ${inCredits(credits)}.${when}` }],
      structuredContent: {
        credits,
        ...(etaSeconds === undefined ? {} : { etaSeconds }),
        ...(queuePosition === undefined ? {} : { queuePosition }),
      },
    };
  },
});
