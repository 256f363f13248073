import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentBuiltins, findBuiltin } from '../builtin.ts';
import { arbitraryImage, arbitraryParams } from '../testing/arbitraryParams.ts';
import type { InputFacts, Workflow, WorkflowParams } from '../workflow.ts';
import { findCheapestRequest, type PricedRequest } from './cheapestRequest.ts';

const arbitraryInputs = (workflow: Workflow): fc.Arbitrary<InputFacts> =>
  fc
    .tuple(arbitraryImage, fc.integer({ min: 1, max: 200 }))
    .map(([size, frames]) =>
      Object.fromEntries<InputFacts[string]>([
        ...workflow.imageParams.map((param) => [param, size] as const),
        ...workflow.videoParams.map(
          (param) => [param, { ...size, frames, fps: 24, seconds: frames / 24, hasSound: true }] as const,
        ),
        ...workflow.audioParams.map((param) => [param, { seconds: frames / 24 }] as const),
      ]),
    );

/** Few that are drawn at random are cheap: some of their values are the cheapest's. */
const arbitraryNear = (workflow: Workflow, { params, inputs }: PricedRequest) =>
  fc.tuple(
    fc
      .tuple(arbitraryParams(workflow), fc.subarray(Object.keys(params)))
      .map(([drawn, kept]) => ({ ...drawn, ...Object.fromEntries(kept.map((name) => [name, params[name]])) }))
      .filter((near) => workflow.params.safeParse(near).success),
    fc.oneof(fc.constant(inputs), arbitraryInputs(workflow)),
  );

describe.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))('%s', (_, workflow) => {
  const cheapest = findCheapestRequest(workflow, { start: workflow.example });

  test('takes the request that it is the cheapest with', () => {
    expect(workflow.params.parse(cheapest.params)).toEqual(cheapest.params);
    expect(workflow.checkImages(cheapest.params, cheapest.inputs)).toEqual([]);
  });

  test('takes no request for less', () => {
    const least = workflow.price(cheapest.params, cheapest.inputs);
    fc.assert(
      fc.property(arbitraryNear(workflow, cheapest), ([params, inputs]) => {
        fc.pre(workflow.checkImages(params, inputs).length === 0);
        expect(workflow.price(params, inputs)).toBeGreaterThanOrEqual(least);
      }),
    );
  });
});

const builtin = (name: string): Workflow => {
  const found = findBuiltin(name);
  if (!found) throw new Error(`no workflow "${name}" ships`);
  return found;
};

test('chooses the files that make a price less, as many as a request takes', () => {
  const workflow = builtin('flux1-dev');
  const loras = Array.from({ length: 7 }, (_, at) => `${at}.safetensors`);
  const namesOf = ({ loras: chosen }: WorkflowParams) =>
    (chosen as { name: string }[]).map(({ name }) => name);
  const { params } = findCheapestRequest(workflow, {
    start: workflow.example,
    files: { loras },
    factorOf: (tried) => 100 * 0.9 ** namesOf(tried).length,
  });
  expect(namesOf(params)).toEqual(loras.slice(0, 5));
});

test('leaves out what makes a price more', () => {
  const workflow = builtin('qwen-edit-2511');
  const factorOf = ({ fast }: WorkflowParams) => (fast === true ? 3 : 1);
  const { params } = findCheapestRequest(workflow, { start: workflow.example, factorOf });
  expect(params).toMatchObject({ fast: false, steps: 1 });
});

test('does not choose what is not offered', () => {
  const workflow = builtin('wan22-text2video');
  const isOffered = ({ quality }: WorkflowParams) => quality === 'full';
  const start = workflow.params.parse({ ...workflow.example, quality: 'full' });
  const { params } = findCheapestRequest(workflow, { start, isOffered });
  expect(params).toMatchObject({ quality: 'full', steps: 2, cfg: 1 });
});
