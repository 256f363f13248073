import { checkGraph } from '../graph/checkGraph.ts';
import { expandInputs } from '../graph/expandInputs.ts';
import { findNode, type Graph } from '../graph/graph.ts';
import { parseInputPath } from '../graph/graphEditor.ts';
import { findClass, type ObjectInfo, parseInputs } from '../graph/objectInfo.ts';
import { placeholderInputs } from '../params/inputFacts.ts';
import { type PointedFault, toPointer } from '../shared/pointer.ts';
import type { Workflow } from '../workflow.ts';
import type { ManifestDocument } from './manifestSchema.ts';

/** A pool gains and loses these daily: they are a matter of availability, not of the document. */
const poolMatters = new Set(['value-not-in-list']);

/**
 * Parts of the example's graph, and limits of parameters, that no server would take. Servers that lack a class cannot
 * judge: if none has all classes, the document is accepted and is unavailable until its server comes.
 */
export function checkAgainst(
  workflow: Workflow,
  document: ManifestDocument,
  objectInfos: readonly ObjectInfo[],
): PointedFault[] {
  const graph = workflow.bind(workflow.example, {
    images: placeholderInputs(workflow),
    outputPrefix: 'example',
  });
  const verdicts = objectInfos
    .filter((objectInfo) => Object.values(graph).every((node) => findClass(objectInfo, node.class_type)))
    .map((objectInfo) => [
      ...checkGraph(graph, objectInfo)
        .filter(({ code }) => !poolMatters.has(code))
        .map(({ pointer, message }) => ({ pointer: `/graph${pointer}`, message })),
      ...checkLimits(document, graph, objectInfo),
    ]);
  return verdicts.sort((a, b) => a.length - b.length)[0] ?? [];
}

/** Limits that are wider than those of a bound input. */
function checkLimits(
  { params, binding }: ManifestDocument,
  graph: Graph,
  objectInfo: ObjectInfo,
): PointedFault[] {
  return Object.entries(params.properties).flatMap(([name, param]) => {
    if (param.type !== 'integer' && param.type !== 'number') return [];
    return [binding[name] ?? []].flat().flatMap((path) => {
      const { min, max } = findRange(graph, objectInfo, path);
      const { minimum, maximum, enum: values = [] } = param;
      const beyond = (value: number | undefined) =>
        value !== undefined && (value < (min ?? value) || value > (max ?? value));
      const message = `The server takes ${min ?? '−∞'} to ${max ?? '∞'} at ${path}.`;
      const at = (keyword: string) => ({
        pointer: toPointer('params', 'properties', name, keyword),
        message,
      });
      return [
        ...(beyond(minimum) ? [at('minimum')] : []),
        ...(beyond(maximum) ? [at('maximum')] : []),
        ...(values.some(beyond) ? [at('enum')] : []),
      ];
    });
  });
}

function findRange(
  graph: Graph,
  objectInfo: ObjectInfo,
  path: string,
): { min?: number | undefined; max?: number | undefined } {
  const { node: id, input } = parseInputPath(path);
  const node = findNode(graph, id);
  const info = node && findClass(objectInfo, node.class_type);
  return (info && expandInputs(parseInputs(info.input), node.inputs).get(input)) ?? {};
}
