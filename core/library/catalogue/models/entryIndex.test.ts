import { type EntryFields, noFields } from '@star-graph/workflows/models/modelEntry';
import { shippedFiles } from '@star-graph/workflows/models/shippedFiles/shippedFiles';
import { describe, expect, test } from 'vitest';
import type { EntrySource, ModelEntryRecord } from '../../../ground/db/models/modelEntry.ts';
import { noModelSettings } from '../modelSettings.ts';
import { createModelEntries, familiesOf } from './entryIndex.ts';

const row = (source: EntrySource, model: string, fields: Partial<EntryFields> | null, version = 1) =>
  ({
    source,
    model,
    version,
    sampleId: null,
    changedAt: new Date(0),
    fields: fields && { ...noFields, ...fields },
  }) as ModelEntryRecord;

const percentsOf = (rows: readonly ModelEntryRecord[], names: readonly string[], fileNames = {}) => {
  const entries = createModelEntries(rows, { ...noModelSettings, fileNames });
  return names.map((name) => entries.find({ folder: 'controlnet', name }).pricePercent);
};

describe('an entry is of', () => {
  test('a file of its name in any sub-folder of a server', () => {
    const rows = [row('edited', 'controlnet/canny.safetensors', { pricePercent: 150 })];
    const names = [
      'canny.safetensors',
      'sd15/canny.safetensors',
      'SD15\\Canny.safetensors',
      'depth.safetensors',
    ];
    expect(percentsOf(rows, names)).toEqual([150, 150, 150, null]);
  });

  test('that file alone where it names a sub-folder that others share', () => {
    const rows = [
      row('edited', 'controlnet/sd15/canny.safetensors', { pricePercent: 150 }),
      row('edited', 'controlnet/sdxl/canny.safetensors', { pricePercent: 200 }),
    ];
    const names = [
      'sd15\\canny.safetensors',
      'sdxl/canny.safetensors',
      'flux/canny.safetensors',
      'canny.safetensors',
    ];
    expect(percentsOf(rows, names)).toEqual([150, 200, null, null]);
    expect(percentsOf(rows.slice(0, 1), ['canny.safetensors'])).toEqual([150]);
  });

  test('the same weights in another precision', () => {
    const [file] = shippedFiles.filter(({ alternatives = [] }) => alternatives.length > 0);
    const { folder = '', name = '', alternatives = [] } = file ?? {};
    const find = (said: string, asked: string) =>
      createModelEntries([row('edited', `${folder}/${said}`, { hidden: true })], noModelSettings).find({
        folder,
        name: asked,
      }).hidden;
    const [other = ''] = alternatives.map((alternative) => alternative.name);
    expect([find(name, other), find(other, name), find('else.safetensors', name)]).toEqual([
      true,
      true,
      null,
    ]);
  });

  test('the file that the operator’s settings put in its place', () => {
    const rows = [row('edited', 'controlnet/ours.safetensors', { pricePercent: 150 })];
    const fileNames = { 'controlnet/canny.safetensors': 'ours.safetensors' };
    expect(percentsOf(rows, ['canny.safetensors'], fileNames)).toEqual([150]);
  });
});

test('administrators come before the folder, field by field, and both before what ships', () => {
  const model = 'checkpoints/sd_xl_base_1.0.safetensors';
  const title = { en: 'Ours', 'zh-CN': '我们的' };
  const rows = [
    row('edited', model, { pricePercent: 150 }),
    row('folder', model, { title, pricePercent: 200 }),
  ];
  const name = { folder: 'checkpoints', name: 'sd_xl_base_1.0.safetensors' };
  expect(createModelEntries(rows, noModelSettings).find(name)).toMatchObject({
    title,
    pricePercent: 150,
    family: 'sdxl',
  });
  const deleted = [row('edited', model, null, 2), rows[1] as ModelEntryRecord];
  expect(createModelEntries(deleted, noModelSettings).find(name)).toMatchObject({ title, pricePercent: 200 });
  expect(createModelEntries([], noModelSettings).titleOf(name)).toEqual({
    en: 'Stable Diffusion XL',
    'zh-CN': 'Stable Diffusion XL',
  });
});

test('families of the earlier settings hold until an entry says another', () => {
  const settings = { ...noModelSettings, families: { 'checkpoints/mix.safetensors': 'sd15' as const } };
  const models = { checkpoints: ['mix.safetensors', 'other.safetensors'] };
  expect(familiesOf(createModelEntries([], settings), models)).toEqual({
    'checkpoints/mix.safetensors': 'sd15',
  });
  const rows = [row('edited', 'checkpoints/mix.safetensors', { family: 'flux' })];
  expect(familiesOf(createModelEntries(rows, settings), models)).toEqual({
    'checkpoints/mix.safetensors': 'flux',
  });
});
