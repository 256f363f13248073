import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { createCommand, type Invocation, normalizeFlags } from './command.ts';

const text = (en: string) => ({ en, 'zh-CN': en });

function createWorkflow(properties: Record<string, unknown>, required: string[]): WorkflowView {
  return {
    name: 'pose',
    version: 1,
    type: 'pose',
    title: text('Pose'),
    description: text('Draws a picture.'),
    outputKind: 'image',
    params: { type: 'object', properties, required },
    leastCost: 1,
    available: true,
    waiting: false,
  };
}

const pose = createWorkflow(
  {
    image: { type: 'string', format: 'uuid', 'x-asset': 'image' },
    control: { type: 'string', enum: ['openpose', 'canny'] },
    prompt: { type: 'string' },
    negativePrompt: { type: 'string', default: '' },
    scale: { type: 'number', enum: [2, 4], default: 2 },
    strength: { type: 'number', minimum: 0, maximum: 2, default: 1 },
    output: { type: 'string' },
    tiled: { type: 'boolean' },
    loras: { type: 'array', items: { type: 'object' } },
  },
  ['image', 'control', 'prompt'],
);

const files = ['RealESRGAN_x2plus.pth', '003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x4_GAN.pth'];
const upscale = (offered: readonly string[]) => {
  const image = { type: 'string', format: 'uuid', 'x-asset': 'image' };
  const scale = { type: 'number', enum: [2, 4], default: 2 };
  const model = { type: 'string', enum: offered };
  return { ...createWorkflow({ image, scale, model }, ['image']), name: 'upscale' };
};
const [fine2, fine4] = [files[1]?.replace('_x4_', '_x2_') ?? '', files[1]];

/** The parsed request, or the error message. */
function parse(args: string[], workflows = [pose]): Invocation | string {
  const invocations: Invocation[] = [];
  let complaint = '';
  const command = createCommand(workflows, (invocation) => invocations.push(invocation));
  for (const one of [command, ...command.commands]) {
    one.configureOutput({
      writeErr: (line) => {
        complaint += line;
      },
      writeOut: (line) => {
        complaint += line;
      },
    });
  }
  try {
    command.parse(normalizeFlags(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return invocations[0] ?? complaint;
}

test('takes pictures and prompts by place, the rest by name', () => {
  const args = [
    'pose',
    'me.png',
    'a dancer',
    '--control',
    'canny',
    '--negative-prompt',
    'hands',
    '--scale',
    '4',
  ];
  expect(
    parse([...args, '--strength', '0.5', '--tiled', '--loras', '[{"name":"ink"}]', '-o', 'out.png']),
  ).toEqual({
    workflow: 'pose',
    values: {
      image: 'me.png',
      prompt: 'a dancer',
      control: 'canny',
      negativePrompt: 'hands',
      scale: 4,
      strength: 0.5,
      tiled: true,
      loras: [{ name: 'ink' }],
    },
    images: ['image'],
    output: 'out.png',
  });
});

test('sends only what was typed, so that defaults stay the platform’s', () => {
  const invocation = parse(['pose', 'me.png', 'a dancer', '--control', 'canny']);
  expect(invocation).toMatchObject({ values: { image: 'me.png', prompt: 'a dancer', control: 'canny' } });
  expect(Object.keys((invocation as Invocation).values)).toHaveLength(3);
});

test('takes a parameter as the API spells it, beside our own options', () => {
  const args = [
    'pose',
    'me.png',
    'x',
    '--control',
    'canny',
    '--negativePrompt',
    'hands',
    '--param-output',
    'a value',
  ];
  expect(parse(args)).toMatchObject({
    values: { negativePrompt: 'hands', output: 'a value' },
    output: undefined,
  });
});

test('keeps a prompt that contains a flag', () => {
  expect(normalizeFlags(['a --negativePrompt inside', '--negativePrompt=big Red'])).toEqual([
    'a --negativePrompt inside',
    '--negative-prompt=big Red',
  ]);
});

test.each([
  { args: ['pose', 'me.png', 'x'], complaint: "required option '--control <openpose|canny>' not specified" },
  { args: ['pose', 'me.png', '--control', 'canny'], complaint: "missing required argument 'prompt'" },
  { args: ['pose', 'me.png', 'x', '--control', 'edges'], complaint: 'Choose one of: openpose, canny.' },
  { args: ['pose', 'me.png', 'x', '--control', 'canny', '--strength', 'much'], complaint: 'Give a number.' },
  { args: ['pose', 'me.png', 'x', '--control', 'canny', '--loras', 'ink'], complaint: 'Give JSON' },
  {
    args: ['pose', 'me.png', 'x', '--control', 'canny', '--colour', 'red'],
    complaint: "unknown option '--colour'",
  },
  { args: ['dance'], complaint: "unknown command 'dance'" },
])('says what is wrong with $args', ({ args, complaint }) => {
  expect(parse(args)).toContain(complaint);
});

test('the help of a workflow tells limits and defaults', () => {
  expect(parse(['pose', '--help'])).toMatch(/--strength <number>\s+\(0 to 2, default: 1\)/);
});

test('a task is made again with a workflow that there is', () => {
  expect(parse(['again', 'task-1', '--with', 'pose', '-o', 'x.png'])).toEqual({
    workflow: 'pose',
    values: {},
    images: [],
    output: 'x.png',
    again: 'task-1',
  });
  expect(parse(['again', 'task-1'])).toContain('--with');
  expect(parse(['again', 'task-1', '--with', 'none'])).toContain('Allowed choices are pose');
});

test('the model names an engine, also where the form has no model', () => {
  const draw: WorkflowView = {
    ...createWorkflow({ prompt: { type: 'string' } }, ['prompt']),
    name: 'draw',
    engines: [
      { workflow: 'ink', model: 'Ink & Paper', available: true, leastCost: 1 },
      { workflow: 'draw', model: 'Oil', available: false, leastCost: 1 },
    ],
  };
  const invocations: Invocation[] = [];
  const command = createCommand([draw], (invocation) => invocations.push(invocation));
  command.parse(['draw', 'a fox', '--model', 'Ink & Paper'], { from: 'user' });
  expect(invocations[0]?.values).toEqual({ prompt: 'a fox', model: 'Ink & Paper' });
});

test.each([
  [['me.png', '--best'], { image: 'me.png', model: fine2 }],
  [['me.png', '--best', '--scale', '4'], { image: 'me.png', scale: 4, model: fine4 }],
  [['me.png', '--scale', '4'], { image: 'me.png', scale: 4 }],
])('upscale %j enlarges by the model that was meant', (args, values) => {
  expect(parse(['upscale', ...args], [upscale([...files, fine2])])).toMatchObject({ values });
});

test('--best is offered where there is a finer model, and chooses none beside another', () => {
  const offered = [upscale(files)];
  expect(parse(['upscale', 'me.png', '--best'], offered)).toMatchObject({ values: { model: fine4 } });
  expect(parse(['upscale', 'me.png', '--best', '--model', files[0] ?? ''], offered)).toContain(
    "'--best' cannot be used with option '--model",
  );
  expect(parse(['upscale', 'me.png', '--best'], [upscale(files.slice(0, 1))])).toContain('unknown option');
});
