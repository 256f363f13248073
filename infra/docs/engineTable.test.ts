import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { presentWorkflow } from '@star-graph/api/routes/catalogue/presentWorkflow';
import { withEngines } from '@star-graph/api/routes/catalogue/withEngines';
import { fitRequest } from '@star-graph/bot/generate/fitRequest';
import type { Context } from '@star-graph/bot/interaction/context';
import { Refusal } from '@star-graph/bot/replies/problems';
import { en } from '@star-graph/bot/replies/texts/en';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { slackSeconds } from '@star-graph/contract/guilds/placeFaults';
import { createModelEntries } from '@star-graph/core/library/catalogue/models/entryIndex';
import { currentBuiltins, type Workflow } from '@star-graph/workflows';
import { placeholderInputs } from '@star-graph/workflows/params/inputFacts';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';

const page = './engines.md';
const tableHead =
  '| command | model | as it is | draft | fine | 0.5 megapixels | 6 steps | 40 frames | 3 seconds |\n|---|---|---|---|---|---|---|---|---|\n';

type Caps = Pick<GuildPolicyView, 'maxMegapixels' | 'maxSteps' | 'maxFrames' | 'maxSeconds'>;
const caps: readonly Caps[] = [{ maxMegapixels: 0.5 }, { maxSteps: 6 }, { maxFrames: 40 }, { maxSeconds: 3 }];
const presets = ['draft', 'fine'] as const;
const commands = { text2img: '/imagine', text2video: '/video', img2video: '/video with a picture' };
const picture = { width: 1_280, height: 720 };

const entries = createModelEntries([], { fileNames: {}, families: {} });
const offered = withEngines(
  currentBuiltins.map((workflow) => {
    const { example } = workflow;
    const options = Object.entries(workflow.inventoryParams).flatMap(([param, { property }]) =>
      property === undefined && typeof example[param] === 'string' ? [[param, [example[param]]]] : [],
    );
    const pool = { leastCost: 1, secondsPerUnit: undefined, missing: [], isWaiting: false };
    const availability = { ...pool, workflow, example, available: true };
    return presentWorkflow(availability, { entries, options: Object.fromEntries(options) }, 100);
  }),
  {},
  entries,
);

const context = {
  bot: { catalogue: { listWorkflows: async () => offered, listModels: async () => [] } },
  say: en,
  client: { getAsset: async () => picture, listPresets: async () => ({ items: [] }) },
} as unknown as Context;
const place = { guildId: '1', channelIds: ['2'], roleIds: [], isAgeRestricted: false };

interface Made {
  width: number;
  height: number;
  steps?: number | undefined;
  frames?: number | undefined;
  seconds?: number | undefined;
}
interface Engine {
  of: keyof typeof commands;
  workflow: Workflow;
  model: string;
}

const engines: readonly Engine[] = (Object.keys(commands) as Engine['of'][]).flatMap((of) =>
  (offered.find(({ name }) => name === of)?.engines ?? []).flatMap(({ workflow: name, model }) => {
    const workflow = currentBuiltins.find((one) => one.name === name);
    return workflow ? [{ of, workflow, model }] : [];
  }),
);

/** What the graph says that the command leads to; the sentence where it is refused. */
async function make({ of, workflow, model }: Engine, rules: Caps, preset?: string): Promise<Made | string> {
  const needed = describeParams(workflow.params).required ?? [];
  const given = {
    ...(of === 'img2video' && { image: anyPicture }),
    ...(needed.includes('prompt') && { prompt: 'a fox' }),
  };
  const policy = { enabled: true, ...rules } as GuildPolicyView;
  try {
    const fitted = await fitRequest(
      context,
      { policy, place, preferences: {} },
      { workflow: of, params: { ...given, model }, ...(preset && { preset }) },
    );
    const { model: _engine, ...params } = fitted.params;
    return readGraph(workflow, workflow.params.parse(params));
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
const anyPicture = '01900000-0000-7000-8000-000000000000';

function readGraph(workflow: Workflow, params: Readonly<Record<string, unknown>>): Made {
  const images = Object.fromEntries(
    Object.entries(placeholderInputs(workflow)).map(([param, facts]) => [param, { ...facts, ...picture }]),
  );
  const nodes = Object.values(workflow.bind(params, { images, outputPrefix: 'table' }));
  const numbersOf = (input: string) =>
    nodes.flatMap(({ inputs }) => (typeof inputs[input] === 'number' ? [inputs[input]] : []));
  const sizes = nodes.flatMap(({ inputs: { width, height } }) =>
    typeof width === 'number' && typeof height === 'number' ? [{ width, height }] : [],
  );
  const [largest] = sizes.toSorted((a, b) => b.width * b.height - a.width * a.height);
  const size = workflow.makes?.(params, images) ?? largest;
  if (!size) throw new Error(`${workflow.name} says no size`);
  const steps = numbersOf('steps');
  const fps = Number(params.fps ?? workflow.fps);
  return {
    ...size,
    ...(steps.length > 0 && { steps: Math.max(...steps) }),
    ...(typeof params.frames === 'number' && { frames: params.frames, seconds: params.frames / fps }),
  };
}

const isWithin = ({ width, height, steps = 0, frames = 0, seconds = 0 }: Made, rules: Caps): boolean =>
  width * height <= (rules.maxMegapixels ?? Infinity) * 1_000_000 &&
  steps <= (rules.maxSteps ?? Infinity) &&
  frames <= (rules.maxFrames ?? Infinity) &&
  seconds <= (rules.maxSeconds ?? Infinity) + slackSeconds;

const partsOf = ({ width, height, steps, frames, seconds }: Made): string[] => [
  `${width} × ${height}`,
  ...(steps === undefined ? [] : [`${steps} steps`]),
  ...(frames === undefined ? [] : [`${frames} frames (${Number(seconds?.toFixed(1))} s)`]),
];

/** What differs from what it makes as it is. */
function tell(made: Made | string, usual: Made): string {
  if (typeof made === 'string') return made;
  const known = partsOf(usual);
  return (
    partsOf(made)
      .filter((part) => !known.includes(part))
      .join(', ') || '–'
  );
}

test('every engine keeps within the rules of a server by every preset, and the page says what it makes', async () => {
  const broken: string[] = [];
  const rows: string[] = [];
  for (const engine of engines) {
    const { of, model } = engine;
    const usual = await make(engine, {});
    if (typeof usual === 'string') throw new Error(`${model} is refused without a rule: ${usual}`);
    const cells: string[] = [];
    for (const preset of presets) {
      const made = await make(engine, {}, preset);
      cells.push(typeof made === 'string' ? 'refused' : tell(made, usual));
    }
    for (const rules of caps) {
      cells.push(tell(await make(engine, rules), usual));
      for (const preset of [undefined, ...presets]) {
        const made = await make(engine, rules, preset);
        if (typeof made === 'string' || isWithin(made, rules)) continue;
        broken.push(`${model}, ${preset}, ${JSON.stringify(rules)}: ${partsOf(made)}`);
      }
    }
    rows.push(`| ${[commands[of], model, partsOf(usual).join(', '), ...cells].join(' | ')} |\n`);
  }
  expect(broken).toEqual([]);
  expect(rows.length).toBeGreaterThan(15);
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});
