import { randomInt, randomUUID } from 'node:crypto';
import type { Workflow } from '@star-graph/workflows';
import { locateFiles } from '@star-graph/workflows/models/modelFiles';
import type { BackendInventory } from '@star-graph/workflows/models/requirements';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { smallestParams } from '@star-graph/workflows/params/smallestParams';
import type { ComfyClient, Outcome } from '../../comfy/comfy.ts';
import { outputPrefixOf } from '../../comfy/outputFiles.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** One workflow, run twice: the first run loads its models, and the second finds them loaded. */
interface SmokeRun {
  workflow: string;
  firstSeconds: number;
  againSeconds: number;
}

export interface SmokeResult {
  runs: SmokeRun[];
  /** Which run failed and why, in a sentence; undefined if none did. */
  fault: string | undefined;
}

/** ComfyUI skips nodes whose inputs it has seen, so no two runs are alike. */
const seeds = 2 ** 48 - 1;

/**
 * Runs the smallest workflow that needs no picture, and then the smallest with other models: the time that their first
 * runs take beyond the second ones is that of loading. The files that they write stay on the server, named as a task's.
 */
export async function runSmoke(
  deps: { clock: Pick<Clock, 'monotonicMs'> },
  client: Pick<ComfyClient, 'follow' | 'post' | 'cancel'>,
  { runnable, inventory }: { runnable: readonly Workflow[]; inventory: BackendInventory },
  signal: AbortSignal,
): Promise<SmokeResult> {
  const runs: SmokeRun[] = [];
  for (const workflow of chooseWorkflows(runnable)) {
    const seconds: number[] = [];
    for (const _time of ['first', 'again']) {
      const ran = await runOnce(deps, client, { workflow, inventory }, signal);
      if ('fault' in ran) return { runs, fault: `${workflow.name} did not run: ${ran.fault}` };
      seconds.push(ran.seconds);
    }
    const [firstSeconds = 0, againSeconds = 0] = seconds;
    runs.push({ workflow: workflow.name, firstSeconds, againSeconds });
  }
  return { runs, fault: undefined };
}

/** The smallest, and the smallest of those that load none of its large files or not all of them. */
function chooseWorkflows(runnable: readonly Workflow[]): Workflow[] {
  const bySize = runnable
    .filter((workflow) => !needsUpload(workflow))
    .sort((a, b) => secondsOf(a) - secondsOf(b) || (a.name < b.name ? -1 : 1));
  const [first] = bySize;
  const second = bySize.find((workflow) => first !== undefined && modelsOf(workflow) !== modelsOf(first));
  return [first, second].filter((workflow) => workflow !== undefined);
}

const secondsOf = (workflow: Workflow): number => workflow.estimateSeconds(paramsOf(workflow), {});

const paramsOf = (workflow: Workflow) => smallestParams(workflow, workflow.example, new Set());

const modelsOf = (workflow: Workflow): string =>
  workflow
    .models(workflow.example)
    .map(({ folder, name }) => `${folder}/${name}`)
    .sort()
    .join();

const needsUpload = ({ params, example }: Workflow): boolean =>
  Object.entries(describeParams(params).properties ?? {}).some(
    ([name, described]) => described['x-asset'] !== undefined && example[name] !== undefined,
  );

async function runOnce(
  { clock }: { clock: Pick<Clock, 'monotonicMs'> },
  client: Pick<ComfyClient, 'follow' | 'post' | 'cancel'>,
  { workflow, inventory }: { workflow: Workflow; inventory: BackendInventory },
  signal: AbortSignal,
): Promise<{ seconds: number } | { fault: string }> {
  const promptId = randomUUID();
  const seeded = workflow.seedParam === undefined ? {} : { [workflow.seedParam]: randomInt(seeds) };
  const outputPrefix = outputPrefixOf({ taskId: promptId, attempt: 0 });
  const bound = workflow.bind({ ...paramsOf(workflow), ...seeded }, { images: {}, outputPrefix });
  const graph = locateFiles(bound, inventory);
  let startedAtMs = clock.monotonicMs();
  const noteStart = ({ type }: { type: string }): void => {
    if (type === 'started') startedAtMs = clock.monotonicMs();
  };
  const ending = client.follow({ promptId, graph }, noteStart, signal);
  // A handler must be attached before the first await: a rejection meanwhile would count as unhandled.
  ending.catch(() => undefined);
  try {
    await client.post(promptId, graph, { signal });
    const fault = faultOf(await ending);
    return fault === undefined ? { seconds: (clock.monotonicMs() - startedAtMs) / 1_000 } : { fault };
  } finally {
    // Nobody waits for it any more.
    if (signal.aborted) await client.cancel(promptId);
  }
}

function faultOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'succeeded') return undefined;
  if (outcome.kind === 'failed') return outcome.failure.message;
  if (outcome.kind === 'refused') return outcome.refusal.summary;
  if (outcome.kind === 'interrupted') return 'somebody interrupted it on the server';
  return outcome.kind === 'forgotten' ? 'the server lost it' : 'the server says nothing any more';
}
