import { describe, expect, test } from 'vitest';
import { builtinWorkflows } from '../../builtin.ts';
import { findShippedFile, namesOf, proposeUrl } from './findShippedFile.ts';
import { shippedFiles } from './shippedFiles.ts';

const named = shippedFiles.flatMap(({ folder, name, alternatives = [] }) =>
  [name, ...alternatives.map((other) => other.name)].map((one) => `${folder}/${one}`.toLowerCase()),
);

describe('the files of shipped workflows', () => {
  test('are described each once, alternatives included', () => {
    expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
  });

  test('include every file that a shipped workflow loads by itself', () => {
    const missing = builtinWorkflows.flatMap(({ name: workflow, models, example }) =>
      models(example).flatMap(({ folder, name }) =>
        findShippedFile(folder, name) ? [] : [`${workflow}: ${folder}/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  test('are found by the usual name and by that of another precision', () => {
    const usual = 'v1-5-pruned-emaonly-fp16.safetensors';
    const other = 'v1-5-pruned-emaonly.safetensors';
    expect(findShippedFile('checkpoints', usual)).toMatchObject({ bytes: 2_132_696_762 });
    expect(findShippedFile('checkpoints', `SD15\\${other.toUpperCase()}`)).toMatchObject({
      file: { name: usual },
      bytes: 4_265_146_304,
      isAlternative: true,
    });
    expect(findShippedFile('loras', usual)).toBeUndefined();
    expect(namesOf('checkpoints', usual).slice(0, 2)).toEqual([usual, other]);
    expect(namesOf('checkpoints', other)).toEqual([other]);
  });

  test.each([
    ['vae', 'ae.safetensors', 'Comfy-Org/z_image_turbo/resolve/main/split_files/vae/'],
    ['vae', 'ltx-2.5-video-vae-bf16.safetensors', 'Lightricks/LTX-2.5/resolve/main/vae/'],
    ['clip_vision', 'clip_vision_h.safetensors', 'Comfy-Org/Wan-Animate-2/resolve/main/clip_vision/'],
    [
      'diffusion_models',
      'FireRed-Image-Edit-1.1-transformer.safetensors',
      'FireRedTeam/FireRed-Image-Edit-1.1-ComfyUI/resolve/main/',
    ],
  ])('have an address as their repository is laid out: %s/%s', (folder, name, place) => {
    const { file } = findShippedFile(folder, name) ?? {};
    const proposed = file && proposeUrl(file, name);
    expect(proposed?.proposedUrl).toBe(`https://huggingface.co/${place}${name}`);
  });
});
