import { findBuiltin } from '@star-graph/workflows/builtin';
import { installedModels, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { describe, expect, test } from 'vitest';
import { parseInventory } from '../../comfy/answers/inventory.ts';
import { invariant } from '../../ground/errors.ts';
import { describeAvailability } from './availability.ts';
import { createComparison } from './comparison.ts';
import { createModelChoice } from './modelChoice.ts';
import { noModelSettings } from './modelSettings.ts';
import { createModelEntries } from './models/entryIndex.ts';
import type { PoolView } from './poolView.ts';

const compare = createComparison();
const choose = createModelChoice(compare);
const usual = 'v1-5-pruned-emaonly-fp16.safetensors';
const other = 'v1-5-pruned-emaonly.safetensors';

function poolWith(...servers: readonly (typeof installedModels)[]): PoolView {
  return {
    revision: JSON.stringify(servers),
    holdings: '',
    settings: noModelSettings,
    entries: createModelEntries([], noModelSettings),
    backends: servers.map((models, index) => ({
      id: String(index),
      name: `gpu${index}`,
      isUsable: true,
      isEnabled: true,
      isUp: true,
      isDraining: false,
      capability: parseInventory(objectInfoWith(models)),
    })),
    secondsPerUnit: new Map(),
  };
}

/** On servers with these checkpoints and everything else. */
function describeImg2img(...servers: readonly string[][]) {
  const workflow = findBuiltin('img2img');
  invariant(workflow, 'a shipped workflow');
  const view = poolWith(...servers.map((checkpoints) => ({ ...installedModels, checkpoints })));
  const { available, missing, example } = describeAvailability({ compare, choose }, view, workflow);
  return { available, missing, model: example.model };
}

describe('the file of a request without a choice', () => {
  test('is named as a server lists it, in another precision too', () => {
    const runs = { available: true, missing: [] };
    expect(describeImg2img([`sd15\\${other}`])).toEqual({ ...runs, model: `sd15\\${other}` });
    expect(describeImg2img([other], [`a/${usual}`])).toEqual({ ...runs, model: `a/${usual}` });
    expect(describeImg2img([other], [usual])).toEqual({ ...runs, model: usual });
  });

  test('is the first of several that share its name', () => {
    expect(describeImg2img([`b/${usual}`, `a/${usual}`])).toMatchObject({
      available: true,
      model: `a/${usual}`,
    });
  });
});

test('a file without a choice that two folders have is no lack but a question', () => {
  const vae = ['a/sdxl_vae_fp16_fix.safetensors', 'b/sdxl_vae_fp16_fix.safetensors'];
  const workflow = findBuiltin('text2img');
  invariant(workflow, 'a shipped workflow');
  const view = poolWith({ ...installedModels, vae });
  expect(describeAvailability({ compare, choose }, view, workflow)).toMatchObject({
    available: false,
    missing: [expect.stringContaining(`(${vae.join(', ')}: keep one, or name one in the model settings)`)],
  });
});
