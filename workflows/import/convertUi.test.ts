import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentBuiltins } from '../builtin.ts';
import type { Graph } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import { placeholderInputs } from '../params/inputFacts.ts';
import {
  type DrawnWorkflow,
  drawWorkflow,
  enclose,
  type FieldStyle,
  interpose,
  writeDocument,
} from '../testing/drawnWorkflow.ts';
import { propertyRuns } from '../testing/propertyRuns.ts';
import { objectInfoFor } from '../testing/testObjectInfo.ts';
import type { Workflow } from '../workflow.ts';
import { convertUi } from './convertUi.ts';
import { definitionsOf, fillInputs, type NodeDefinition } from './definitions.ts';
import { readUiDocument } from './uiDocument.ts';

const styles: FieldStyle[] = ['list with names', 'list', 'object'];

function boundExample(workflow: Workflow): Graph {
  const images = placeholderInputs(workflow);
  return workflow.bind(workflow.example, { images, outputPrefix: 'ComfyUI' });
}

const definitionsFor = (workflow: Workflow) =>
  definitionsOf([objectInfoFor(workflow.nodeClasses(), workflow.models(workflow.example))]);
const required =
  (find: ReturnType<typeof definitionsOf>) =>
  (classType: string): NodeDefinition => {
    const definition = find(classType);
    if (!definition) throw new Error(`no definition of ${classType}`);
    return definition;
  };

/** With the defaults that the page would add, under the ids that nodes have inside subgraphs. */
function asTheServerGetsIt(
  graph: Graph,
  find: (classType: string) => NodeDefinition,
  idOf: (id: string) => string,
): Graph {
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [
      idOf(id),
      {
        class_type: node.class_type,
        inputs: Object.fromEntries(
          Object.entries({ ...fillInputs(find(node.class_type), node.inputs), ...node.inputs }).map(
            ([input, value]) => [input, isLink(value) ? [idOf(value[0]), value[1]] : value],
          ),
        ),
      },
    ]),
  );
}

const faultsOf = (raw: object) => {
  const { document, faults } = readUiDocument(raw);
  return document ? convertUi(document, () => undefined).faults : faults;
};
const subgraphOf = (id: number, nodes: object[], links: object[] = []) => ({
  id: `part${id}`,
  inputs: [],
  outputs: [{ name: 'a', type: 'IMAGE' }],
  nodes,
  links,
});

test('subgraphs that hold nothing but each other are not unfolded without end', () => {
  const uses = (id: number) => Array.from({ length: 6 }, (_, at) => ({ id: at, type: `part${id}` }));
  const subgraphs = [0, 1, 2, 3].map((id) => subgraphOf(id, id === 3 ? [] : uses(id + 1)));
  expect(faultsOf({ nodes: uses(0), definitions: { subgraphs } })).toEqual([
    expect.objectContaining({ message: expect.stringContaining('more than 1000 nodes') }),
  ]);
});

test('links are not followed without end, though each node is asked again and again', () => {
  const passes = Array.from({ length: 300 }, (_, at) => ({
    id: at,
    type: 'Reroute',
    inputs: [{ name: '', type: '*', link: at }],
    outputs: [{ name: '', type: '*' }],
  }));
  const links = passes.map(({ id }) => [id, id === 0 ? 299 : id - 1, 0, id, 0, '*']);
  const asks = {
    id: 300,
    type: 'Ask',
    inputs: Array.from({ length: 300 }, () => ({ name: 'a', type: '*', link: 299 })),
  };
  const nodes = Array.from({ length: 10 }, (_, at) => ({ id: at, type: 'part0' }));
  const subgraphs = [subgraphOf(0, [...passes, asks], links)];
  expect(faultsOf({ nodes, definitions: { subgraphs } })).toEqual([
    expect.objectContaining({ message: expect.stringContaining('lead through too many nodes') }),
  ]);
});

function convert(
  drawing: DrawnWorkflow,
  find: ReturnType<typeof definitionsOf>,
  version: 0.4 | 1 = 0.4,
): Graph {
  const { document, faults } = readUiDocument(writeDocument(drawing, version));
  const converted = document ? convertUi(document, find) : { faults };
  if (!converted.imported) throw new Error(JSON.stringify(converted.faults));
  return withoutTitles(converted.imported.graph);
}
const withoutTitles = (graph: Graph): Graph =>
  Object.fromEntries(
    Object.entries(graph).map(([id, { class_type, inputs }]) => [id, { class_type, inputs }]),
  );

describe.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
  'the graph of %s',
  (_, workflow) => {
    const graph = boundExample(workflow);
    const find = definitionsFor(workflow);
    const define = required(find);
    const ids = Object.keys(graph).map(Number);

    test.each(styles)('survives the page’s own format, fields as %s', (style) => {
      for (const version of [0.4, 1] as const)
        expect(convert(drawWorkflow(graph, define, style), find, version)).toEqual(
          asTheServerGetsIt(graph, define, (id) => id),
        );
    });

    test('survives any subgraphs inside each other, and what passes links on', () => {
      const anyIds = fc.subarray(ids, { minLength: 1 });
      fc.assert(
        fc.property(
          fc.constantFrom(...styles),
          anyIds,
          anyIds,
          fc.nat(),
          fc.boolean(),
          (style, all, some, at, isReroute) => {
            let drawing = drawWorkflow(graph, define, style);
            const link = drawing.links[at % drawing.links.length];
            const passing = isReroute
              ? { id: 900, type: 'Reroute', mode: 0 }
              : { id: 900, type: 'Anything', mode: 4 };
            if (link) drawing = interpose(drawing, link, passing);
            const inner = new Set(some.filter((id) => all.includes(id)));
            if (inner.size > 0) drawing = enclose(drawing, inner, 901);
            const outer = new Set([...all.filter((id) => !inner.has(id)), ...(inner.size > 0 ? [901] : [])]);
            drawing = enclose(drawing, outer, 902);
            const idOf = (id: string) =>
              inner.has(Number(id)) ? `902:901:${id}` : outer.has(Number(id)) ? `902:${id}` : id;
            expect(convert(drawing, find)).toEqual(asTheServerGetsIt(graph, define, idOf));
          },
        ),
        propertyRuns(20),
      );
    });
  },
);
