import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '@star-graph/api/client/client';
import { ClientProblem, Unreachable } from '@star-graph/api/client/clientProblem';
import type { WorkflowView } from '@star-graph/api/contract/catalogue';
import { CommanderError } from 'commander';
import { LaunchFailure } from './failure.ts';
import { readEnvironment } from './launcherConfig.ts';
import { listenForStop, runMain } from './stopSignals.ts';
import { createCommand, type Invocation, normalizeFlags } from './try/command.ts';
import { createDisplay, silentDisplay } from './try/display.ts';
import { runWorkflow } from './try/runWorkflow.ts';
import { chooseTarget, signIn } from './try/signIn.ts';
import { tryEnvSchema } from './try/tryConfig.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run try -- <workflow> …`: one task from the command line, from the file in to the file out. */
async function main(): Promise<number> {
  const signal = listenForStop();
  const args = normalizeFlags(process.argv.slice(2));
  const isJson = args.includes('--json');
  const display = isJson ? silentDisplay : createDisplay(process.stderr);
  try {
    const result = await invoke({ args, display, signal });
    if (isJson && result) console.log(JSON.stringify(result));
    return 0;
  } catch (error) {
    if (signal.aborted) {
      display.say('Cancelled.');
      return 130;
    }
    // It has been printed, help and mistakes alike.
    if (error instanceof CommanderError) return error.exitCode;
    if (isJson && error instanceof ClientProblem) console.log(JSON.stringify({ problem: error.problem }));
    throw new LaunchFailure(describeError(error), { cause: error });
  }
}

async function invoke(options: { args: string[]; display: typeof silentDisplay; signal: AbortSignal }) {
  const { args, display, signal } = options;
  const env = readEnvironment(root, process.env);
  const target = chooseTarget(tryEnvSchema.parse(env), resolve(root, env.DATA_DIR ?? '.data'));
  const { client, signOut } = await signIn(target, signal);
  try {
    let invocation: Invocation | undefined;
    const command = createCommand(await listWorkflows(client, signal), (asked) => {
      invocation = asked;
    });
    command.parse(args, { from: 'user' });
    if (!invocation) return undefined;
    // npm changes into the checkout; paths are the person's.
    const dir = process.env.INIT_CWD ?? process.cwd();
    const result = await runWorkflow({ client, display, signal }, { ...invocation, dir });
    return { ...result, files: result.files.map(({ path }) => path) };
  } finally {
    await signOut();
  }
}

async function listWorkflows(client: ApiClient, signal: AbortSignal): Promise<WorkflowView[]> {
  const workflows: WorkflowView[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.listWorkflows({ query: cursor === undefined ? {} : { cursor } }, { signal });
    workflows.push(...page.items);
    cursor = page.nextCursor;
  }
  return workflows;
}

/** A sentence for the person; faults of ours keep their stack. */
function describeError(error: unknown): string {
  if (error instanceof ClientProblem) {
    const faults =
      error.problem.errors?.map(({ pointer, message }) => `  ${pointer.slice(1)}: ${message}`) ?? [];
    return [error.message, ...faults].join('\n');
  }
  if (error instanceof Unreachable) return `${error.message} Does the platform run? "npm start" starts it.`;
  if (error instanceof LaunchFailure) return error.message;
  throw error;
}

await runMain(main);
