import type { Graph } from '../graph/graph.ts';
import type { NumberSpan } from '../workflow.ts';

/** The least and the greatest number at each input of each node class, over all graphs. */
export function findNumberSpans(graphs: readonly Graph[]): NumberSpan[] {
  const spans = new Map<string, NumberSpan>();
  for (const { class_type: classType, inputs } of graphs.flatMap((graph) => Object.values(graph))) {
    for (const [input, value] of Object.entries(inputs)) {
      if (typeof value !== 'number') continue;
      const key = `${classType}.${input}`;
      const { lowest = value, highest = value } = spans.get(key) ?? {};
      spans.set(key, {
        classType,
        input,
        lowest: Math.min(lowest, value),
        highest: Math.max(highest, value),
      });
    }
  }
  return [...spans.values()];
}
