import { findBuiltin } from '@star-graph/workflows/builtin';
import { presentMissing } from '@star-graph/workflows/models/requirements';
import { installedModels, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { describe, expect, test } from 'vitest';
import { parseInventory } from '../../comfy/answers/inventory.ts';
import { invariant } from '../../ground/errors.ts';
import type { Capability } from './capability.ts';
import { createComparison } from './comparison.ts';
import { createModelChoice } from './modelChoice.ts';
import { type ModelSettings, noModelSettings } from './modelSettings.ts';
import { createModelEntries } from './models/entryIndex.ts';

type Models = Parameters<typeof objectInfoWith>[0];
const compare = createComparison();

/** The models that a request with these values gets on this pool, and its lacks. */
function chosen(
  name: string,
  pool: readonly Models[],
  raw: Record<string, unknown> = {},
  defaults: ModelSettings['defaults'] = {},
) {
  const workflow = findBuiltin(name);
  invariant(workflow, 'a built-in workflow');
  const capabilities = pool.map((models): Capability => parseInventory(objectInfoWith(models)));
  const view = {
    revision: JSON.stringify(pool),
    holdings: '',
    settings: { ...noModelSettings, defaults },
    entries: createModelEntries([], noModelSettings),
    backends: capabilities.map((capability, index) => ({
      id: String(index),
      name: `gpu${index}`,
      isUsable: true,
      isEnabled: true,
      isUp: true,
      isDraining: false,
      capability,
    })),
    secondsPerUnit: new Map(),
  };
  const parsed = workflow.params.parse({ ...workflow.example, ...raw });
  const params = createModelChoice(compare)(view, workflow, parsed, new Set(Object.keys(raw)));
  const lacks = capabilities.map((capability) => presentMissing(compare(capability, workflow, params)));
  lacks.sort((a, b) => a.length - b.length);
  const { model, videoModel } = params;
  return { model, ...(videoModel === undefined ? {} : { videoModel }), missing: lacks[0] ?? [] };
}

const [base, vae] = ['sd_xl_base_1.0.safetensors', 'sdxl_vae_fp16_fix.safetensors'];
const juggernaut = 'juggernautXL.safetensors';

describe('a model that the person left out', () => {
  test('is the workflow’s own whenever a backend of the pool has it', () => {
    expect(chosen('text2img', [installedModels])).toEqual({ model: base, missing: [] });
    const pool: Models[] = [
      { checkpoints: [juggernaut] },
      { checkpoints: ['a.safetensors', base], vae: [vae] },
    ];
    expect(chosen('text2img', pool)).toEqual({ model: base, missing: [] });
  });

  test("is one of the pool where the workflow's own cannot be used", () => {
    expect(chosen('text2img', [{ checkpoints: [juggernaut] }])).toEqual({ model: juggernaut, missing: [] });
    expect(chosen('text2img', [{ checkpoints: [base, juggernaut] }])).toEqual({
      model: juggernaut,
      missing: [],
    });
    expect(chosen('upscale', [{ upscale_models: ['RealESRGAN_x4plus.pth'] }])).toEqual({
      model: 'RealESRGAN_x4plus.pth',
      missing: [],
    });
  });

  test('is the same in whatever order the backends come', () => {
    const pool = [
      { checkpoints: ['b.safetensors'] },
      { checkpoints: ['c.safetensors', 'a.safetensors'] },
      { checkpoints: [juggernaut] },
    ];
    expect(chosen('text2img', pool).model).toBe(juggernaut);
    expect(chosen('text2img', pool.slice(0, 2)).model).toBe('a.safetensors');
    expect(chosen('text2img', pool.slice(0, 2).reverse()).model).toBe('a.safetensors');
  });

  test('is chosen together with others, on one backend that has all', () => {
    const whole = { checkpoints: ['z.safetensors', 'svd_xt_1_1.safetensors'] };
    expect(chosen('text2video', [{ checkpoints: ['a.safetensors'] }, whole])).toEqual({
      model: 'z.safetensors',
      videoModel: 'svd_xt_1_1.safetensors',
      missing: [],
    });
  });
});

describe('a default that the operator pinned', () => {
  const pool = [{ checkpoints: [base, juggernaut, 'mine.safetensors'], vae: [vae] }];
  const pinned = { text2img: { model: 'mine.safetensors' } };

  test('comes before the workflow’s own, and after what the person chose', () => {
    expect(chosen('text2img', pool, {}, pinned)).toEqual({ model: 'mine.safetensors', missing: [] });
    expect(chosen('text2img', pool, { model: base }, pinned).model).toBe(base);
    expect(chosen('text2img', pool, {}, { img2img: { model: 'mine.safetensors' } }).model).toBe(base);
  });

  test('is passed over where no backend has it', () => {
    expect(chosen('text2img', pool, {}, { text2img: { model: 'gone.safetensors' } }).model).toBe(base);
  });
});

describe('nothing is put in place of', () => {
  test('what the person chose', () => {
    const { model, missing } = chosen('text2img', [{ checkpoints: [juggernaut] }], { model: base });
    expect(model).toBe(base);
    expect(missing).toContain(`the model file checkpoints/${base} (6.9 GB)`);
  });

  test('a file that the workflow insists on', () => {
    expect(chosen('text2img', [{ checkpoints: [base] }])).toEqual({
      model: base,
      missing: [`the model file vae/${vae} (335 MB)`],
    });
    expect(chosen('pose', [{ checkpoints: ['dreamshaper_8.safetensors'] }]).missing).toEqual([
      'the model file controlnet/control_v11p_sd15_openpose_fp16.safetensors (723 MB)',
    ]);
  });

  test('a model by one of another family', () => {
    const { model, missing } = chosen('img2img', [{ checkpoints: ['flux1-dev.safetensors', juggernaut] }]);
    expect(model).toBe('v1-5-pruned-emaonly-fp16.safetensors');
    expect(missing).toEqual(['the model file checkpoints/v1-5-pruned-emaonly-fp16.safetensors (2.1 GB)']);
  });

  test('a model of another kind, and only that is missing then', () => {
    expect(chosen('text2img', [{ checkpoints: ['svd.safetensors'] }]).model).toBe(base);
    expect(chosen('text2video', [{ checkpoints: [juggernaut] }])).toEqual({
      model: juggernaut,
      missing: ['the model file checkpoints/svd.safetensors (9.6 GB)'],
    });
  });
});
