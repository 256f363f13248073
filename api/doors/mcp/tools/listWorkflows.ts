import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { listForCaller } from '../../../routes/catalogue/listForCaller.ts';
import { workflowsOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';

export const listWorkflows = defineTool({
  name: 'list_workflows',
  title: 'List workflows',
  description:
    'Lists what can be made here: pictures from words, changed or enlarged pictures, videos. Each has a name for the other tools, and an example of its price in credits. Call describe_workflow for the parameters of one.',
  input: z.strictObject({}),
  output: workflowsOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, _input, { visit: { caller } }) {
    const listed = await listForCaller(deps, caller);
    const workflows = listed.filter(({ engineOf }) => engineOf === undefined).map(summarise);
    const lines = workflows.map(
      ({ name, title, makes, credits, available, reason = '' }) =>
        `${name}: ${title}. Makes a ${makes}, from ${inCredits(credits)}.${available ? '' : ` Not now. ${reason}`}`,
    );
    return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent: { workflows } };
  },
});

/** In one language throughout: a model says it in that of its person. */
function summarise(view: WorkflowView) {
  const { name, title, description, outputKind, exampleCost, available, reason } = view;
  return {
    name,
    title: title.en,
    description: description.en,
    makes: outputKind === 'image' ? 'picture' : 'video',
    credits: exampleCost,
    available,
    ...(reason === undefined ? {} : { reason }),
  };
}
