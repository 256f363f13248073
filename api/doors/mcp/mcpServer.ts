import { McpServer } from '@modelcontextprotocol/server';
import { version } from '../../version.ts';
import { balance } from './tools/balance.ts';
import { cancel } from './tools/cancel.ts';
import { describeWorkflow } from './tools/describeWorkflow.ts';
import { generate } from './tools/generate.ts';
import { getResult } from './tools/getResult.ts';
import { listWorkflows } from './tools/listWorkflows.ts';
import { plainTools } from './tools/plain.ts';
import { quote } from './tools/quote.ts';
import { upload } from './tools/upload.ts';
import { wait } from './tools/wait.ts';
import type { McpDeps, Visit } from './visit.ts';

const tools = [
  ...plainTools,
  ...[listWorkflows, describeWorkflow, quote, generate, wait],
  ...[getResult, upload, cancel, balance],
];

const instructions = `Pictures and videos on the operator's own GPU servers, paid with the person's credits.
draw, edit, upscale and animate do what is asked for most. For anything else call list_workflows once, describe_workflow for parameters, and generate. Say the price before you spend much: quote has it.
A task goes on when you stop waiting: wait and get_result find it by its id.`;

/** The protocol has no sessions: each request gets a server of its own. */
export function createMcpServer(deps: McpDeps, visit: Visit): McpServer {
  const server = new McpServer(
    { name: 'star-graph', title: 'Star-Graph', version, websiteUrl: deps.publicUrl },
    // The tools are the same for everybody and as long as this process runs.
    { instructions, capabilities: { tools: { listChanged: false } } },
  );
  for (const tool of tools) tool.register(server, deps, visit);
  return server;
}
