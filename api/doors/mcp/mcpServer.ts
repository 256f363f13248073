import { McpServer } from '@modelcontextprotocol/server';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Problem } from '@star-graph/core/ground/errors';
import { readSpending } from '@star-graph/core/money/quotas/keyDay';
import { chargedOf } from '@star-graph/core/work/tasks/charge';
import { listTasks, requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { listForCaller } from '../../routes/catalogue/listForCaller.ts';
import { cancelOwnTask } from '../../routes/tasks/ownTask.ts';
import { readBalance } from '../../routes/users/readBalance.ts';
import { version } from '../../version.ts';
import { registerCard, showsCard } from './card.ts';
import { balanceOutput, taskOutput, workflowsOutput } from './outputs.ts';
import { presentTask } from './presentTask.ts';
import { defineTool } from './tool.ts';
import { describeWorkflow } from './tools/describeWorkflow.ts';
import { followUps } from './tools/followUps.ts';
import { generate } from './tools/generate.ts';
import { plainTools } from './tools/plain.ts';
import { quote } from './tools/quote.ts';
import { upload } from './tools/upload.ts';
import { taskIdInput, waitFor, waitSeconds } from './tools/waitFor.ts';
import type { McpDeps, Visit } from './visit.ts';

const wait = defineTool({
  name: 'wait',
  title: 'Wait for a task',
  description: 'Waits for a task to end, with progress, and answers as generate does. Costs nothing.',
  input: z.strictObject({ taskId: taskIdInput, waitSeconds }),
  output: taskOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  run: (deps, { taskId, waitSeconds: seconds }, call) => waitFor(deps, call, taskId, seconds),
});

const listWorkflows = defineTool({
  name: 'list_workflows',
  title: 'List workflows',
  description:
    'Lists what can be made here: pictures from words, changed or enlarged pictures, videos. Each has a name for the other tools, and the least that it costs in credits. Call describe_workflow for the parameters of one.',
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
  const { name, title, description, outputKind, leastCost, available, reason } = view;
  return {
    name,
    title: title.en,
    description: description.en,
    makes: outputKind === 'image' ? 'picture' : outputKind,
    credits: leastCost,
    available,
    ...(reason === undefined ? {} : { reason }),
  };
}

const getResult = defineTool({
  name: 'get_result',
  title: 'Get a result',
  description:
    'A task as it is now: its state, or its results as small pictures and fresh links to the whole ones. Without taskId, the newest task of the person. Costs nothing.',
  input: z.strictObject({ taskId: taskIdInput.optional() }),
  output: taskOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  meta: showsCard,
  async run(deps, { taskId }, { visit: { caller }, signal }) {
    const userId = caller.account.id;
    if (taskId !== undefined)
      return presentTask(deps, await requireTaskWithOutputs(deps.database, taskId, userId), signal);
    const [newest] = await listTasks(deps.database, { userId }, { limit: 1 });
    if (!newest) throw new Problem('not-found', 'There is no task yet. Call generate to make one.');
    return presentTask(deps, newest, signal);
  },
});

const cancel = defineTool({
  name: 'cancel',
  title: 'Cancel a task',
  description:
    'Ends a task that waits or runs, and gives its credits back. Of one that runs, the share that was computed may be charged, as the operator chose. This cannot be undone.',
  input: z.strictObject({ taskId: taskIdInput }),
  output: taskOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async run(deps, { taskId }, { visit: { caller } }) {
    await cancelOwnTask(deps, taskId, caller, true);
    const { task } = await requireTaskWithOutputs(deps.database, taskId, caller.account.id);
    const charged = chargedOf(task) ?? 0;
    return {
      content: [{ type: 'text', text: `Task ${taskId} is cancelled and cost ${inCredits(charged)}.` }],
      structuredContent: { taskId, status: task.status, credits: { price: task.cost, charged } },
    };
  },
});

const balance = defineTool({
  name: 'balance',
  title: 'Read the balance',
  description:
    'The credits that the person has and those held for unfinished tasks; and, of the key, what it has spent today (UTC) and may spend.',
  input: z.strictObject({}),
  output: balanceOutput,
  scope: 'account:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, _input, { visit }) {
    const { available, held } = await readBalance(deps, visit.caller.account.id);
    const key = await readKeyDay(deps, visit);
    const limited =
      key?.creditsPerDay === undefined
        ? ''
        : ` This key has spent ${key.spentToday} of the ${inCredits(key.creditsPerDay)} that it may spend today.`;
    return {
      content: [
        {
          type: 'text',
          text: `${inCredits(available)} available, and ${inCredits(held)} held for tasks.${limited}`,
        },
      ],
      structuredContent: { available, held, ...(key && { key }) },
    };
  },
});

async function readKeyDay({ database, clock }: McpDeps, { caller, creditsPerDay }: Visit) {
  if (caller.kind !== 'key') return undefined;
  const limits = [caller.limits?.creditsPerDay, creditsPerDay].filter((one) => typeof one === 'number');
  const spentToday = await readSpending(database, caller.apiKeyId, clock.now());
  return { spentToday, ...(limits.length > 0 && { creditsPerDay: Math.min(...limits) }) };
}

const tools = [
  ...plainTools,
  ...[listWorkflows, describeWorkflow, quote, generate, wait],
  ...[getResult, upload, cancel, balance, followUps],
];

const instructions = `Pictures and videos on the operator's own GPU servers, paid with the person's credits.
draw, edit, upscale and animate do what is asked for most. For anything else call list_workflows once, describe_workflow for parameters, and generate. Say the price before you spend much: quote has it.
A task goes on when you stop waiting: wait and get_result find it by its id.`;

/** The protocol has no sessions: each request gets a server of its own. */
export function createMcpServer(deps: McpDeps, visit: Visit): McpServer {
  const server = new McpServer(
    { name: 'star-graph', title: 'Star-Graph', version, websiteUrl: deps.publicUrl },
    // The tools and the card are the same for everybody and as long as this process runs.
    { instructions, capabilities: { tools: { listChanged: false }, resources: { listChanged: false } } },
  );
  registerCard(server);
  for (const tool of tools) tool.register(server, deps, visit);
  return server;
}
