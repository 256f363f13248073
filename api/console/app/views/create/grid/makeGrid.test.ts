import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createForm } from '@star-graph/ui/form/createForm';
import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { describe, expect, test } from 'vitest';
import { parseGridCell } from './gridCell.ts';
import { layGrid } from './layGrid.ts';
import { describeWords, listAxes, makeGrid, mostCells, parseNumbers } from './makeGrid.ts';

const words = { title: { en: 'Draw', 'zh-CN': '绘画' }, description: { en: '', 'zh-CN': '' } };
const prompt = { type: 'string', minLength: 1 };
const seed = { type: 'integer', minimum: 0, maximum: 1_000_000, 'x-seed': true };
const steps = { type: 'integer', minimum: 1, maximum: 50, default: 20 };
const count = { type: 'integer', minimum: 1, maximum: 4, default: 4 };
const view = (name: string, properties: object, values: object = {}): WorkflowView => ({
  ...words,
  name,
  version: 1,
  type: 'text2img',
  outputKind: 'image',
  leastCost: 1,
  available: true,
  waiting: false,
  params: { properties, required: ['prompt'] },
  ...values,
});
const quick = view('quick', { prompt, seed, count });
const draw = view(
  'draw',
  { prompt, seed, steps, count },
  {
    engines: [
      { workflow: 'draw', model: 'Oil', available: true, leastCost: 1 },
      { workflow: 'quick', model: 'Ink', available: true, leastCost: 1 },
    ],
  },
);
const source = { listed: [draw, quick], workflow: draw };
const draftOf = (values: Record<string, unknown>): FormDraft => ({ ...emptyDraft, values });
const axesOf = (draft: FormDraft) => listAxes(createForm(source, draft.values.model, 'en'), draft, 'Words');
const axis = (draft: FormDraft, name: string) => {
  const found = axesOf(draft).find((one) => one.name === name);
  if (!found) throw new Error(`${name} is no axis`);
  return found;
};
const made = { id: 'g', seed: 7 };
const sea = draftOf({ prompt: 'a sea' });

describe('a grid', () => {
  const models = {
    axis: axis(sea, 'model'),
    values: ['Oil', 'Ink'].map((value) => ({ value, label: value })),
  };
  const numbers = {
    axis: axis(sea, 'steps'),
    values: [10, 30].map((value) => ({ value, label: `${value}` })),
  };
  const all = makeGrid({ source, draft: sea, language: 'en' }, [numbers, models], made);

  test('asks for one picture at each place, with one seed for all', () => {
    expect(all[0]).toMatchObject({
      workflow: 'draw',
      params: { prompt: 'a sea', model: 'Oil', steps: 10, seed: 7, count: 1 },
      count: 1,
      grid: { id: 'g', at: [0, 0], axes: ['steps', 'Model'], labels: ['10', 'Oil'] },
    });
    expect(all[1]?.params).toMatchObject({ steps: 30, seed: 7 });
  });

  test('leaves out the places whose model has no such setting', () => {
    expect(all.map((wish) => wish?.grid?.at)).toEqual([[0, 0], [1, 0], undefined, undefined]);
  });

  test('has the seeds of its side, and keeps a seed that was chosen', () => {
    const seeds = { axis: axis(sea, 'seed'), values: [1, 2].map((value) => ({ value, label: `${value}` })) };
    const bySeed = makeGrid({ source, draft: sea, language: 'en' }, [seeds], made);
    expect(bySeed.map((wish) => wish?.params.seed)).toEqual([1, 2]);
    const chosen = makeGrid(
      { source, draft: draftOf({ prompt: 'a', seed: 5 }), language: 'en' },
      [models],
      made,
    );
    expect(chosen.map((wish) => wish?.params.seed)).toEqual([5, 5]);
  });

  test('makes nothing of a form that lacks what it needs', () => {
    expect(makeGrid({ source, draft: emptyDraft, language: 'en' }, [numbers], made)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

test('the ways of a prompt are a side, named by what differs', () => {
  const axes = axesOf(draftOf({ prompt: 'a {red|blue} boat' }));
  expect(axes[0]).toMatchObject({ kind: 'words', prompts: ['a red boat', 'a blue boat'] });
  expect(describeWords(['a red boat', 'a blue boat']).map(({ label }) => label)).toEqual(['red', 'blue']);
  expect(describeWords(['a boat', 'a boat']).map(({ label }) => label)).toEqual(['—', '—']);
  const tooMany = `{${Array.from({ length: mostCells + 1 }, (_, at) => at).join('|')}}`;
  expect(axesOf(draftOf({ prompt: tooMany })).some(({ kind }) => kind === 'words')).toBe(false);
});

test('numbers are read once each, as their field takes them, and other words are named', () => {
  const field = axis(sea, 'steps');
  if (field.kind !== 'numbers') throw new Error('steps are numbers');
  const { values, wrong } = parseNumbers('10, 10.4，900 many', field.field);
  expect(values.map(({ value }) => value)).toEqual([10, 50]);
  expect(wrong).toEqual(['many']);
});

test('a grid is laid out from the notes of its tasks alone', () => {
  const cell = (column: number, row: number) => ({
    id: 'g',
    at: [column, row] as const,
    axes: ['Steps', 'Model'],
    labels: [`${column}`, `m${row}`],
  });
  const noted = parseGridCell(JSON.stringify(cell(1, 1)));
  expect(noted).toEqual(cell(1, 1));
  const placed = [cell(1, 1), cell(0, 0)].map((one) => ({ cell: one, entry: one.at.join() }));
  expect(layGrid(placed)).toEqual({
    columns: ['0', '1'],
    rows: ['m0', 'm1'],
    cells: [
      ['0,0', undefined],
      [undefined, '1,1'],
    ],
  });
});

test.each(['', 'a note', '{', '{"id":1}', '{"id":"g","at":[0,-1],"axes":["a"],"labels":["b"]}', '[]'])(
  'the note %j of another program is no place in a grid',
  (note) => expect(parseGridCell(note)).toBeUndefined(),
);
