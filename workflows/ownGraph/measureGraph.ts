import type { Graph } from '../graph/graph.ts';

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;

const pixelsOfOne = 1_000_000;
/** Of a graph that samples nothing. */
const fewestSteps = 5;

/**
 * Megapixels × steps × pictures, as far as the graph says it in numbers: for the order of the queue and for times to
 * expect. The price is measured.
 */
export function measureGraph(graph: Graph): number {
  const nodes = Object.values(graph).map(({ inputs }) => inputs);
  const steps = nodes.reduce((sum, inputs) => sum + numberOf(inputs.steps, 0), 0);
  const canvases = nodes
    .filter((inputs) => typeof inputs.width === 'number' && typeof inputs.height === 'number')
    .map(
      ({ width, height, batch_size: batch, length }) =>
        ((numberOf(width, 0) * numberOf(height, 0)) / pixelsOfOne) * numberOf(batch ?? length, 1),
    );
  const megapixels = Math.max(1, ...canvases);
  return Math.max(fewestSteps, steps) * megapixels;
}
