import { expect, test } from 'vitest';
import { currentBuiltins } from '../builtin.ts';
import { describeParams } from '../params/paramsMeta.ts';
import { isSeen } from '../shared/mediaKinds.ts';
import type { Workflow } from '../workflow.ts';
import { fitsResult } from './fitsResult.ts';
import { translateParams } from './translateParams.ts';

const view = ({ name, params, engine }: Workflow) => ({
  name,
  params: describeParams(params),
  engineOf: engine?.of === name ? undefined : engine?.of,
});
const id = '01900000-0000-7000-8000-00000000000a';

test.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
  'what is offered after %s needs nothing more',
  (name, from) => {
    const { example: params } = from;
    const made = { workflow: name, params, kind: from.outputKind };
    const { outputKind: kind } = from;
    const result = isSeen(kind) ? { id, kind, width: 1024, height: 768 } : undefined;
    for (const to of currentBuiltins) {
      const { notes } = translateParams({ workflow: from, params, ...(result && { result }) }, to);
      const isWhole = !notes.some(
        ({ code, param }) => code === 'needed' && to.name !== name && isRequired(to, param),
      );
      expect(fitsResult(view(to), made, from.engine?.of), to.name).toBe(to.name !== name && isWhole);
    }
  },
);

/** Beside what only values together need, such as one side of four. */
const isRequired = (to: Workflow, param: string): boolean =>
  (describeParams(to.params).required ?? []).includes(param);

test('a film fits no workflow that takes a picture', () => {
  const upscale = currentBuiltins.find(({ name }) => name === 'upscale');
  const made = { workflow: 'text2video', params: { prompt: 'a fox' } };
  expect(upscale && fitsResult(view(upscale), { ...made, kind: 'video' })).toBe(false);
  expect(upscale && fitsResult(view(upscale), { ...made, kind: 'image' })).toBe(true);
});
