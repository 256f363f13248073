import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { z } from 'zod';
import { findModel } from '../../findModel.ts';
import { fitSize } from '../../fitSize.ts';
import { paramsOf } from '../../workflowParts.ts';
import { showsCard } from '../card.ts';
import { taskOutput } from '../outputs.ts';
import { defineTool, type Tool } from '../tool.ts';
import type { McpDeps } from '../visit.ts';
import { makeAndWait } from './makeAndWait.ts';
import { waitSeconds } from './waitFor.ts';

/*
 * The four things that people ask for most, by plain arguments: a small model does them without reading the schema of
 * a workflow. Each is what `generate` does with the workflow that other programs get by default.
 */

const prompt = z.string().min(1).max(4_000).meta({ description: 'What it shows, in words' });
const assetId = z.string().max(64).meta({ description: 'The id of an asset that upload or a task gave' });
const shared = {
  mostCredits: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Refuse it if it costs more credits than this' }),
  waitSeconds,
};

interface Work {
  workflow: string;
  params: Record<string, unknown>;
}

function definePlain<Input extends z.ZodObject>(parts: {
  name: string;
  title: string;
  description: string;
  input: Input;
  plan(deps: McpDeps, caller: PersonCaller, input: z.output<Input>): Promise<Work> | Work;
}): Tool {
  const { name, title, description, plan } = parts;
  const input = parts.input.extend(shared);
  return defineTool({
    name,
    title,
    description,
    input,
    output: taskOutput,
    scope: 'tasks:write',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    meta: showsCard,
    async run(deps, given, call) {
      const { mostCredits, waitSeconds: seconds, ...asked } = z.looseObject(shared).parse(given);
      const { workflow, params } = await plan(deps, call.visit.caller, asked as z.output<Input>);
      const content = JSON.stringify([name, workflow, params]);
      return makeAndWait(deps, call, { workflow, params, mostCredits, seconds, content });
    },
  });
}

const paid = "Spends the person's credits.";

const draw = definePlain({
  name: 'draw',
  title: 'Draw a picture',
  description: `Draws pictures from words. ${paid}`,
  input: z.strictObject({
    prompt,
    width: z
      .int()
      .min(64)
      .max(4_096)
      .optional()
      .meta({ description: 'The nearest that can be made is taken' }),
    height: z.int().min(64).max(4_096).optional(),
    count: z.int().min(1).max(8).optional(),
  }),
  async plan(deps, caller, { prompt: words, width, height, count }) {
    const asked = { model: undefined, part: 'draw', params: { prompt: words } } as const;
    const { workflow } = await findModel(deps, caller, asked);
    const side = width ?? height;
    const size = side === undefined ? undefined : { width: width ?? side, height: height ?? side };
    return {
      workflow: workflow.name,
      params: {
        prompt: words,
        ...(size && fitSize(workflow, size)),
        ...(count !== undefined && 'count' in paramsOf(workflow) ? { count } : {}),
      },
    };
  },
});

const edit = definePlain({
  name: 'edit',
  title: 'Change a picture',
  description: `Changes a picture as words say. ${paid}`,
  input: z.strictObject({ image: assetId, prompt }),
  async plan(deps, caller, params) {
    const { workflow } = await findModel(deps, caller, { model: undefined, part: 'change', params });
    return { workflow: workflow.name, params };
  },
});

const upscale = definePlain({
  name: 'upscale',
  title: 'Enlarge a picture',
  description: `Enlarges a picture two or four times. ${paid}`,
  input: z.strictObject({ image: assetId, scale: z.union([z.literal(2), z.literal(4)]).default(2) }),
  plan: (_deps, _caller, params) => ({ workflow: 'upscale', params }),
});

/** @throws Problem where there is no workflow for it. */
export async function planAnimation(
  deps: McpDeps,
  caller: PersonCaller,
  asked: { prompt: string; image?: string | undefined },
): Promise<Work> {
  const part = asked.image === undefined ? 'film' : 'animate';
  const { workflow } = await findModel(deps, caller, { model: 'sora-2', part, params: asked });
  const { prompt: words, ...others } = asked;
  const takesWords = 'prompt' in paramsOf(workflow) && words !== '';
  return { workflow: workflow.name, params: takesWords ? { prompt: words, ...others } : others };
}

const animate = definePlain({
  name: 'animate',
  title: 'Make a film',
  description: `Makes a short film from words, or from a picture that begins it. Takes minutes. ${paid}`,
  input: z.strictObject({ prompt, image: assetId.optional() }),
  plan: planAnimation,
});

export const plainTools: readonly Tool[] = [draw, edit, upscale, animate];
