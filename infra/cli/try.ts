import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, ClientProblem, Unreachable, type WorkflowView } from '@star-graph/client/index';
import { CommanderError } from 'commander';
import { LaunchFailure } from '../launcher/failure.ts';
import { readEnvironment } from '../launcher/launcherConfig.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { translateAgain } from './try/again.ts';
import { createCommand, type Invocation, normalizeFlags } from './try/command.ts';
import { createDisplay, type Display, silentDisplay } from './try/display.ts';
import { stdoutName } from './try/outputTarget.ts';
import { runWorkflow } from './try/runWorkflow.ts';
import { chooseTarget, signIn } from './try/signIn.ts';
import { TaskLeft } from './try/taskLeft.ts';
import { parseTryConfig } from './try/tryConfig.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run try -- <workflow> …`: one task from the command line, from the file in to the file out. */
async function main(): Promise<number> {
  const signal = listenForStop();
  const args = normalizeFlags(process.argv.slice(2));
  const isJson = args.includes('--json');
  const display = isJson ? silentDisplay : createDisplay(process.stderr);
  const print = (object: object) => console.log(JSON.stringify(object));
  try {
    const result = await invoke({ args, isJson, display, signal });
    if (isJson && result) print(result);
    return 0;
  } catch (error) {
    // It has been printed, help and mistakes alike.
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isJson && !isHelp) print(presentFailure(error, signal));
    if (error instanceof CommanderError) return isHelp ? 0 : 2;
    if (signal.aborted) {
      display.say(error instanceof TaskLeft ? `Stopped. ${error.wayOut}` : 'Cancelled.');
      return 130;
    }
    throw new LaunchFailure(requireSentence(error), { cause: error });
  }
}

async function invoke(options: { args: string[]; isJson: boolean; display: Display; signal: AbortSignal }) {
  const { args, isJson, display, signal } = options;
  const env = readEnvironment(root, process.env);
  const target = chooseTarget(parseTryConfig(env), resolve(root, env.DATA_DIR ?? '.data'));
  const { client, signOut } = await signIn(target, signal);
  try {
    let invocation: Invocation | undefined;
    const command = createCommand(await listWorkflows(client, signal), (asked) => {
      invocation = asked;
    });
    command.parse(args, { from: 'user' });
    if (!invocation) return undefined;
    if (isJson && invocation.output === stdoutName)
      throw new LaunchFailure('--json and -o - both want stdout. Give -o a file.');
    // npm changes into the checkout; paths are the person's.
    const dir = process.env.INIT_CWD ?? process.cwd();
    const { stdout } = process;
    const { again: taskId, ...asked } = invocation;
    const translated =
      taskId === undefined
        ? {}
        : await translateAgain({ client, display, signal }, { taskId, workflow: asked.workflow });
    const result = await runWorkflow({ client, display, signal, stdout }, { ...asked, ...translated, dir });
    return { ...result, files: result.files.map(({ path }) => path) };
  } finally {
    // The result is not lost with the session, which ends by itself.
    await signOut().catch(() => undefined);
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

/** A sentence for the person; undefined for a fault of ours. */
function describeError(error: unknown): string | undefined {
  if (error instanceof TaskLeft) {
    const cause = describeError(error.cause);
    return cause === undefined ? undefined : `${cause}\n${error.wayOut}`;
  }
  if (error instanceof ClientProblem) {
    const faults =
      error.problem.errors?.map(({ pointer, message }) => `  ${pointer.slice(1)}: ${message}`) ?? [];
    return [error.message, ...faults].join('\n');
  }
  if (error instanceof Unreachable) return `${error.message} Does the platform run? "npm start" starts it.`;
  if (error instanceof LaunchFailure) return error.message;
  return undefined;
}

/** @throws the given error if there is no sentence for it: a fault of ours keeps its stack. */
function requireSentence(error: unknown): string {
  const sentence = describeError(error);
  if (sentence === undefined) throw error;
  return sentence;
}

/** What was typed wrong; undefined for anything else. */
function describeMistake(error: unknown): string | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.code === 'commander.help' ? 'Name a workflow.' : error.message.replace(/^error: /, '');
}

/** For scripts: a problem of the platform as it came, any other in the same form. */
function presentFailure(error: unknown, signal: AbortSignal): object {
  const cause = error instanceof TaskLeft ? error.cause : error;
  const left = error instanceof TaskLeft ? { taskId: error.taskId } : {};
  if (cause instanceof ClientProblem) return { problem: cause.problem, ...left };
  const detail = signal.aborted
    ? 'Cancelled.'
    : (describeMistake(error) ?? describeError(error) ?? String(error));
  return { problem: { type: 'about:blank', title: 'npm run try did not succeed', detail }, ...left };
}

await runMain(main);
