import { describe, expect, test } from 'vitest';
import type { GraphNode } from '../../graph/graph.ts';
import { asking } from '../../testing/asking.ts';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const { parse, bind } = asking(workflow, { prompt: 'a fox' });
const nodesOf = (raw: WorkflowParams, classType: string): GraphNode[] =>
  Object.values(bind(raw)).filter((node) => node.class_type === classType);

describe('refiner', () => {
  test('takes over the unfinished latent at its step, with seed and text', () => {
    const graph = bind({ refinerStep: 20, seed: 7, steps: 30, negativePrompt: 'blur' });
    expect(graph).toMatchSnapshot();
    const [base, refiner] = [graph['6'], graph['10']];
    expect(base?.inputs).toMatchObject({
      end_at_step: 20,
      return_with_leftover_noise: 'enable',
      noise_seed: 7,
    });
    expect(refiner?.inputs).toMatchObject({
      start_at_step: 20,
      add_noise: 'disable',
      latent_image: ['6', 0],
      noise_seed: 7,
      steps: 30,
    });
  });

  test('is neither loaded nor needed unless asked for', () => {
    expect(nodesOf({}, 'KSamplerAdvanced')).toHaveLength(1);
    expect(workflow.models(parse({})).map(({ name }) => name)).not.toContain('sd_xl_refiner_1.0.safetensors');
  });

  test('must take over before the last step', () => {
    const result = workflow.params.safeParse({ prompt: 'a', steps: 20, refinerStep: 20 });
    expect(result.error?.issues.map(({ path }) => path)).toEqual([['refinerStep']]);
  });
});

describe('LoRAs', () => {
  test('chain in the order given, each with its weight', () => {
    const loras = [
      { name: 'a.safetensors', weight: 0.4 },
      { name: 'b.safetensors' },
      { name: 'c.safetensors', weight: -1 },
    ];
    expect(bind({ loras })).toMatchSnapshot();
    const chained = nodesOf({ loras }, 'LoraLoader');
    expect(
      chained.map(({ inputs }) => [inputs.lora_name, inputs.strength_model, inputs.strength_clip]),
    ).toEqual([
      ['a.safetensors', 0.4, 0.4],
      ['b.safetensors', 1, 1],
      ['c.safetensors', -1, -1],
    ]);
  });

  test('leave the graph when none is chosen', () => {
    expect(nodesOf({}, 'LoraLoader')).toEqual([]);
    expect(bind({})['6']?.inputs.model).toEqual(['1', 0]);
  });

  test('are named once each and five at most', () => {
    const named = (...names: string[]) =>
      workflow.params.safeParse({ prompt: 'a', loras: names.map((name) => ({ name })) }).success;
    expect(named('a', 'b')).toBe(true);
    expect(named('a', 'a')).toBe(false);
    expect(named('a', 'b', 'c', 'd', 'e', 'f')).toBe(false);
  });
});

test('decodes with the half-precision VAE only for the base model', () => {
  expect(bind({})['12']?.inputs.vae).toEqual(['11', 0]);
  expect(bind({ model: 'other.safetensors' })['12']?.inputs.vae).toEqual(['1', 2]);
  expect(workflow.models(parse({ model: 'other.safetensors' }))).toEqual([
    { folder: 'checkpoints', name: 'other.safetensors' },
  ]);
});

describe('bad input', () => {
  test.each([
    ['width 7', { width: 7 }, 'width', 'Choose a multiple of 8 from 256 to 2048.'],
    ['width 260', { width: 260 }, 'width', 'Choose a multiple of 8 from 256 to 2048.'],
    ['steps 0', { steps: 0 }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['steps -1', { steps: -1 }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['steps 10⁹', { steps: 1e9 }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['steps NaN', { steps: Number.NaN }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['steps 2.5', { steps: 2.5 }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['steps as text', { steps: '20' }, 'steps', 'Choose a whole number from 1 to 100.'],
    ['seed −1', { seed: -1 }, 'seed', 'Choose a whole number from 0 to 9007199254740991.'],
    ['seed 2⁵³', { seed: 2 ** 53 }, 'seed', 'Choose a whole number from 0 to 9007199254740991.'],
    ['9 pictures', { count: 9 }, 'count', 'Choose a whole number from 1 to 8.'],
    [
      'too many pixels',
      { width: 2048, height: 2048 },
      'height',
      'Width × height may be at most 3.14 megapixels.',
    ],
    ['a blank prompt', { prompt: ' \n ' }, 'prompt', 'Use at least 1 character.'],
    ['100,000 characters', { prompt: 'x'.repeat(100_000) }, 'prompt', 'Use at most 4000 characters.'],
    ['a NUL byte', { prompt: 'a\u0000b' }, 'prompt', 'Remove control characters; newline and tab are fine.'],
    [
      'half an emoji',
      { prompt: '\ud83d' },
      'prompt',
      'The text holds half of a surrogate pair; type it again.',
    ],
    [
      'an embedding in another folder',
      { prompt: '(embedding:../../secret:1.2)' },
      'prompt',
      'Name an embedding by its file name alone, without folders.',
    ],
    ['a prompt that is no text', { prompt: 5 }, 'prompt', 'Give a text.'],
  ])('refuses %s in one sentence that says what fits', (_, raw, param, message) => {
    const issues = workflow.params.safeParse({ prompt: 'a', ...raw }).error?.issues ?? [];
    expect(issues.map(({ path, message: text }) => [path.join('/'), text])).toEqual([[param, message]]);
  });

  test('takes 4,000 characters in any script, trimmed, with plain line ends', () => {
    expect(parse({ prompt: ' קשת\r\nقوس قزح\t彩虹 🌈 ' }).prompt).toBe('קשת\nقوس قزح\t彩虹 🌈');
    expect(parse({ prompt: `  ${'🦊'.repeat(4000)}  ` }).prompt).toBe('🦊'.repeat(4000));
    expect(parse({ prompt: 'embedding:easynegative, a fox' }).prompt).toContain('embedding:');
  });
});
