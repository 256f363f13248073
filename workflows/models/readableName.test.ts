import { expect, test } from 'vitest';
import { readableName } from './readableName.ts';

test.each([
  ['sd15/dreamshaper_8.safetensors', 'Dreamshaper 8'],
  ['juggernautXL_v9.safetensors', 'Juggernaut XL v9'],
  ['flux1-schnell-fp8.safetensors', 'Flux1 schnell fp8'],
  ['sd_xl_base_1.0.safetensors', 'Stable Diffusion XL'],
  ['base\\v1-5-pruned-emaonly-fp16.safetensors', 'Stable Diffusion 1.5'],
  ['模型_一.ckpt', '模型 一'],
  ['.safetensors', '.safetensors'],
])('the file %s is read as %s', (file, name) => {
  expect(readableName(file)).toBe(name);
});
