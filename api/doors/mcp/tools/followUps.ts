import type { CallToolResult } from '@modelcontextprotocol/server';
import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { quoteWork } from '../../../routes/tasks/quoteWork.ts';
import { forCard } from '../card.ts';
import { followUpsOutput } from '../outputs.ts';
import { readSmallPicture } from '../presentTask.ts';
import { type Call, defineTool } from '../tool.ts';
import type { McpDeps } from '../visit.ts';
import { planAnimation } from './plain.ts';
import { taskIdInput } from './waitFor.ts';

interface Step {
  name: 'again' | 'enlarge' | 'animate';
  workflow: string;
  params: Record<string, unknown>;
}

export const followUps = defineTool({
  name: 'follow_ups',
  title: 'What can be made of a result',
  description:
    'For the card of a result: what generate would make of it next, each with its price, and the picture that it came from. Costs nothing.',
  input: z.strictObject({ taskId: taskIdInput, assetId: z.string().max(64) }),
  output: followUpsOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: true, openWorldHint: false },
  meta: forCard,
  async run(deps, { taskId, assetId }, call): Promise<CallToolResult> {
    const { caller, ctx } = call.visit;
    const { task, outputs } = await requireTaskWithOutputs(deps.database, taskId, caller.account.id);
    const asset = outputs.find(({ id }) => id === assetId);
    if (!asset) throw new Problem('not-found', 'The task has no such result.');
    const { seed: _seed, ...params } = task.params;
    const planned: (Step | undefined)[] = [
      task.workflowName === ownGraph.name
        ? undefined
        : { name: 'again', workflow: task.workflowName, params },
    ];
    if (asset.mime.startsWith('image/')) {
      planned.push({ name: 'enlarge', workflow: 'upscale', params: { image: assetId, scale: 2 } });
      const prompt = typeof params.prompt === 'string' ? params.prompt : '';
      const animation = await ifOffered(() => planAnimation(deps, caller, { prompt, image: assetId }));
      planned.push(animation && { name: 'animate', ...animation });
    }
    const steps: (Step & { credits: number })[] = [];
    for (const step of planned) {
      const quoted =
        step && (await ifOffered(() => quoteWork(deps, caller, ctx, step.workflow, step.params)));
      if (step && quoted) steps.push({ ...step, credits: quoted.cost });
    }
    const before = await readBefore(deps, task.params.image, call);
    const said = steps.map(({ name, credits }) => `${name}: ${inCredits(credits)}`).join('\n');
    return {
      content: [{ type: 'text', text: said || 'Nothing.' }, ...(before ? [before] : [])],
      structuredContent: { steps },
    };
  },
});

/** What cannot be had of this one, or by this person now, is no step. */
async function ifOffered<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** Undefined where it was drawn from words, or the picture is gone. */
async function readBefore(deps: McpDeps, image: unknown, { visit: { caller }, signal }: Call) {
  if (typeof image !== 'string') return undefined;
  const asset = await ifOffered(() => requireAsset(deps.database, image, caller.account.id));
  const picture = asset && (await readSmallPicture(deps, asset, signal));
  return picture && { type: 'image' as const, ...picture };
}
