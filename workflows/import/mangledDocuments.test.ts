import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currentBuiltins } from '../builtin.ts';
import { parseGraph } from '../manifest/parseGraph.ts';
import { drawWorkflow, enclose, writeDocument } from '../testing/drawnWorkflow.ts';
import { blank, type Json } from '../testing/pageDocument.ts';
import { propertyRuns } from '../testing/propertyRuns.ts';
import { fullObjectInfo, newerObjectInfo } from '../testing/testObjectInfo.ts';
import { definitionsOf, type NodeDefinition } from './definitions.ts';
import { importDocument } from './importDocument.ts';

const find = definitionsOf([newerObjectInfo, fullObjectInfo]);
const define = (classType: string): NodeDefinition => {
  const definition = find(classType);
  if (!definition) throw new Error(`no definition of ${classType}`);
  return definition;
};

test.each([
  ['numbers for nodes', { nodes: [1, 2], links: [] }],
  ['a node without a class', { nodes: [{ id: 1 }], links: [] }],
  ['links that are texts', { nodes: [], links: ['x'] }],
  ['more nodes than are read', { nodes: Array.from({ length: 5_000 }, (_, id) => blank(id)), links: [] }],
  ['subgraphs that are no list', { nodes: [], links: [], definitions: { subgraphs: 4 } }],
  ['no object', []],
  ['nothing', null],
])('a document with %s is refused with a sentence', (_what, document) => {
  const { imported: none, faults } = importDocument(document, find);
  expect(none).toBeUndefined();
  for (const { message } of faults) expect(message).toMatch(/^[A-Z].*\.$/);
  expect(faults.length).toBeGreaterThan(0);
});

/** Valid documents of both formats, to be mangled. */
const valid: Json[] = currentBuiltins.slice(0, 3).flatMap((workflow) => {
  const images = Object.fromEntries(
    workflow.imageParams.map((param) => [param, { uploadedName: 'x.png', width: 640, height: 480 }]),
  );
  const graph = workflow.bind(workflow.example, { images, outputPrefix: 'x' });
  const drawing = drawWorkflow(graph, define, 'list with names');
  const inner = new Set(drawing.nodes.slice(0, 3).map(({ id }) => id));
  return [graph, writeDocument(drawing), writeDocument(enclose(drawing, inner, 900), 1)];
});

/** Replaces whatever stands at a path, each step an index into the keys there. */
function mangle(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return replacement;
  const inner = mangle((value as Json)[key], rest, replacement);
  if (!Array.isArray(value)) return { ...value, [key]: inner };
  return value.with(Number(key), inner);
}

test('no document makes it throw, and what it takes is a graph', () => {
  const path = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 7 });
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      '__proto__',
      'constructor',
      'toString',
      -10,
      -20,
      900,
      Number.MAX_VALUE,
      [],
      {},
      null,
    ),
  );
  const mangled = fc
    .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(path, odd), { minLength: 1, maxLength: 3 }))
    .map(([document, changes]) =>
      changes.reduce<unknown>((value, [at, to]) => mangle(value, at, to), document),
    );
  fc.assert(
    fc.property(fc.oneof(mangled, fc.jsonValue()), (document) => {
      const result = importDocument(document, find);
      if (!result.imported) expect(result.faults.length).toBeGreaterThan(0);
      else expect(parseGraph(result.imported.graph).faults).toEqual([]);
    }),
    propertyRuns(1_000),
  );
});
