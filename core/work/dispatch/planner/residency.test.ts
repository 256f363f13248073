import { describe, expect, test } from 'vitest';
import { indexModelBytes } from '../../../library/catalogue/modelBytes.ts';
import { createResidency, isHeld, loadBeside, sizedFor, usualLoadSeconds } from './residency.ts';

const sizes = new Map([
  ['diffusion_models/a', 12e9],
  ['diffusion_models/b', 6e9],
  ['text_encoders/t', 3e9],
  ['vae/v', 0.3e9],
]);
const setOf = (...models: string[]) => createResidency(models, sizes);
const [a, b] = ['a', 'b'].map((name) => setOf(`diffusion_models/${name}`, 'text_encoders/t', 'vae/v'));
if (!a || !b) throw new Error('two sets');

describe('the cost of a swap', () => {
  test('is the bytes of the files that are not loaded', () => {
    expect(usualLoadSeconds(a, undefined)).toBeCloseTo(15.3 / 0.6);
    expect(usualLoadSeconds(b, a)).toBeCloseTo(6 / 0.6);
    expect(usualLoadSeconds(a, b)).toBeCloseTo(12 / 0.6);
    expect(usualLoadSeconds(a, a)).toBe(0);
  });

  test('goes by the folder of a file whose size is unknown', () => {
    const unknown = createResidency(['checkpoints/x', 'loras/l', 'other/o']);
    expect(usualLoadSeconds(unknown, undefined)).toBe(11);
  });

  test('is no swap below two seconds, whatever the folder', () => {
    const small = new Map([['checkpoints/tiny', 1e9]]);
    expect(createResidency(['checkpoints/tiny'], small).base).toBe('');
    expect(createResidency(['checkpoints/tiny']).base).toBe('checkpoints/tiny');
  });
});

describe('sets of files', () => {
  const published = indexModelBytes([]);
  const zImage = createResidency(
    [
      'diffusion_models/z_image_turbo_bf16.safetensors',
      'text_encoders/qwen_3_4b.safetensors',
      'vae/ae.safetensors',
    ],
    published,
  );

  test('of two families cost less by the text encoder that they share', () => {
    const files = ['diffusion_models/flux-2-klein-4b.safetensors', 'vae/flux2-vae.safetensors'];
    const klein = createResidency([...files, 'text_encoders/qwen_3_4b.safetensors'], published);
    const stranger = createResidency([...files, 'text_encoders/another.safetensors'], published);
    const shared = (published.get('text_encoders/qwen_3_4b.safetensors') ?? 0) / 0.6e9;
    expect(shared).toBeGreaterThan(10);
    expect(usualLoadSeconds(klein, undefined) - usualLoadSeconds(klein, zImage)).toBeCloseTo(shared);
    expect(usualLoadSeconds(stranger, zImage)).toBe(usualLoadSeconds(stranger, undefined));
  });

  test('with two diffusion models are one set', () => {
    const [high, low] = ['diffusion_models/high', 'diffusion_models/low'];
    const both = new Map([
      [high, 14e9],
      [low, 14e9],
      ['text_encoders/t', 6e9],
    ]);
    const wan = createResidency([high, low, 'text_encoders/t'], both);
    expect(wan.large).toEqual([high, low, 'text_encoders/t']);
    expect(isHeld(wan, createResidency([low, 'text_encoders/t', high], both))).toBe(true);
    const half = createResidency([high, 'text_encoders/t'], both);
    expect(isHeld(wan, half)).toBe(false);
    expect(usualLoadSeconds(wan, half)).toBeCloseTo(14 / 0.6);
    expect(isHeld(half, wan)).toBe(false);
  });

  test('keep their names on a server with smaller files, and load as fast as these', () => {
    const model = 'diffusion_models/z_image_turbo_bf16.safetensors';
    const own = { get: (name: string) => (name === model ? 6e9 : published.get(name)) };
    const there = sizedFor(zImage, own);
    expect(there).toMatchObject({ key: zImage.key, base: zImage.base, large: zImage.large });
    expect(isHeld(zImage, there)).toBe(true);
    const saved = ((published.get(model) ?? 0) - 6e9) / 0.6e9;
    expect(usualLoadSeconds(zImage, undefined) - usualLoadSeconds(there, undefined)).toBeCloseTo(saved);
    // A server that keeps files has room for more of them.
    expect(isHeld(zImage, loadBeside(a, loadBeside(there, undefined, 32e9), 32e9))).toBe(true);
    expect(isHeld(zImage, loadBeside(a, loadBeside(zImage, undefined, 32e9), 32e9))).toBe(false);
    expect(sizedFor(zImage, undefined)).toBe(zImage);
  });
});

describe('the files that stay loaded', () => {
  test('are those of the last prompt alone on an ordinary server', () => {
    const loaded = loadBeside(b, a, 0);
    expect(loaded).toBe(b);
    expect(isHeld(a, loaded)).toBe(false);
    // Its own files are all loaded, and using them alone would drop the others.
    expect(isHeld(setOf('text_encoders/t'), loaded)).toBe(false);
  });

  test('are those used last that fit where a server keeps them', () => {
    const both = loadBeside(b, loadBeside(a, undefined, 22e9), 22e9);
    expect(isHeld(a, both)).toBe(true);
    expect(isHeld(b, both)).toBe(true);
    const tight = loadBeside(b, loadBeside(a, undefined, 21e9), 21e9);
    expect(isHeld(a, tight)).toBe(false);
    expect(isHeld(b, tight)).toBe(true);
  });

  test('are not counted on when a size is unknown', () => {
    const unknown = createResidency(['checkpoints/x']);
    expect(isHeld(a, loadBeside(unknown, loadBeside(a, undefined, 90e9), 90e9))).toBe(false);
    expect(isHeld(unknown, loadBeside(a, loadBeside(unknown, undefined, 90e9), 90e9))).toBe(false);
  });
});
