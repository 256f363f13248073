import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { findShownPart } from '../../testing/shownPart.ts';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const { parse, bind, faultsOf } = asking(workflow, { image }, { width: 1920, height: 1080 });

test.each([
  ['a wide photo', {}, { width: 1920, height: 1080 }, { width: 848, height: 480 }],
  ['a square', {}, { width: 70, height: 70 }, { width: 640, height: 640 }],
  ['a tall photo', { resolution: '720p' }, { width: 3000, height: 4000 }, { width: 832, height: 1104 }],
  ['a panorama, cropped', {}, { width: 3600, height: 900 }, { width: 864, height: 432 }],
])('draws %s at the resolution’s area, cropped to the centre', (_, raw, size, drawn) => {
  const graph = bind(raw, size);
  expect(graph['2']?.inputs).toMatchObject({ ...drawn, crop: 'center' });
  expect(graph['13']?.inputs).toMatchObject(drawn);
});

test('shows nearly all of a picture up to 2:1, otherwise half', () => {
  const shapes = fc
    .tuple(fc.integer({ min: 64, max: 9000 }), fc.double({ min: 1, max: 5, noNaN: true }), fc.boolean())
    .map(([shorter, times, isTall]): InputImage => {
      const longer = Math.round(shorter * times);
      return isTall ? { width: shorter, height: longer } : { width: longer, height: shorter };
    });
  fc.assert(
    fc.property(shapes, fc.constantFrom('480p', '720p'), (size, resolution) => {
      fc.pre(workflow.checkImages(parse({}), { image: size }).length === 0);
      const part = findShownPart(bind({ resolution }, size), '2', size);
      const kept = (part.width * part.height) / (size.width * size.height);
      const longer = Math.max(size.width / size.height, size.height / size.width);
      expect(kept).toBeGreaterThan(longer <= 2 ? 0.9 : 0.48);
    }),
  );
});

test('names the two nearest numbers of frames that the model takes', () => {
  expect(faultsOf({ frames: 80 })).toEqual([
    [['frames'], 'Choose 77 or 81: between 5 and 121 only every 4th number fits.'],
  ]);
  expect(faultsOf({ frames: 122 })).toEqual([[['frames'], 'Choose a whole number from 5 to 121.']]);
  for (const frames of [5, 81, 121]) expect(faultsOf({ frames })).toBeUndefined();
});

describe('the two samplers', () => {
  test.each([
    [{}, [0, 2, 2, 4]],
    [{ steps: 5 }, [0, 2, 2, 5]],
    [{ quality: 'full' }, [0, 10, 10, 20]],
    [{ quality: 'full', steps: 2 }, [0, 1, 1, 2]],
  ])('share the steps of %o without a gap', (raw, bounds) => {
    const graph = bind(raw);
    const [high, low] = [graph['14']?.inputs ?? {}, graph['15']?.inputs ?? {}];
    expect([high.start_at_step, high.end_at_step, low.start_at_step, low.end_at_step]).toEqual(bounds);
    expect([high.steps, low.steps]).toEqual([bounds[3], bounds[3]]);
  });

  test('pass noise on once, from one seed', () => {
    const graph = bind({ seed: 7 });
    expect(graph['14']?.inputs).toMatchObject({
      add_noise: 'enable',
      return_with_leftover_noise: 'enable',
      noise_seed: 7,
    });
    expect(graph['15']?.inputs).toMatchObject({
      add_noise: 'disable',
      return_with_leftover_noise: 'disable',
      noise_seed: 7,
      latent_image: ['14', 0],
    });
  });
});

describe('the models of the two noise levels', () => {
  const level = (name: string): string | undefined => /(high|low)_noise/.exec(name)?.[1];

  test('each have the LoRA of their own level', () => {
    const graph = bind({});
    for (const [sampler, wanted] of [
      ['14', 'high'],
      ['15', 'low'],
    ] as const) {
      const chain: string[] = [];
      let link = graph[sampler]?.inputs.model;
      while (Array.isArray(link)) {
        const node = graph[String(link[0])];
        const name = node?.inputs.unet_name ?? node?.inputs.lora_name;
        if (name !== undefined) chain.push(String(name));
        link = node?.inputs.model;
      }
      expect(chain.map(level)).toEqual([wanted, wanted]);
    }
  });

  test('are used without LoRAs, and with guidance, in full quality', () => {
    const names = workflow.models(parse({ quality: 'full' })).map(({ name }) => name);
    expect(names.filter((name) => name.includes('lora'))).toEqual([]);
    expect(workflow.models(parse({})).filter(({ folder }) => folder === 'loras')).toHaveLength(2);
    expect(bind({ quality: 'full' })['15']?.inputs.cfg).toBe(3.5);
    expect(bind({ quality: 'full', cfg: 6 })['14']?.inputs.cfg).toBe(6);
    expect(bind({})['15']?.inputs.cfg).toBe(1);
  });
});

test('costs twice as much with guidance as without', () => {
  const units = (raw: WorkflowParams) => workflow.workUnits(parse(raw), { image: { width: 8, height: 8 } });
  expect(units({ cfg: 2 })).toBeCloseTo(2 * units({ cfg: 1 }));
  expect(units({ quality: 'full' })).toBeCloseTo(10 * units({}));
  expect(units({ resolution: '720p' })).toBeGreaterThan(2 * units({}));
});

test('refuses a picture of which less than half would be shown', () => {
  const faults = workflow.checkImages(parse({}), { image: { width: 2001, height: 500 } });
  expect(faults).toEqual([{ pointer: '/image', message: expect.stringMatching(/Cut out the part/) }]);
});

test.each([
  [{}, 'SaveVideo'],
  [{ format: 'webm' }, 'SaveWEBM'],
  [{ format: 'webp' }, 'SaveAnimatedWEBP'],
])('%o saves one file with %s at the model’s rate', (raw, saver) => {
  const nodes = Object.values(bind(raw));
  const savers = nodes.filter(({ inputs }) => 'filename_prefix' in inputs);
  expect(savers.map((node) => node.class_type)).toEqual([saver]);
  expect(new Set(nodes.flatMap(({ inputs }) => ('fps' in inputs ? [inputs.fps] : [])))).toEqual(
    new Set([16]),
  );
});
