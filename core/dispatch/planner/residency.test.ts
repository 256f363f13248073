import { describe, expect, test } from 'vitest';
import { createResidency, isHeld, loadBeside, usualLoadSeconds } from './residency.ts';

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
