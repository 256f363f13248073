import type { Workflow } from '@star-graph/workflows';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { placeholderInputs } from '@star-graph/workflows/params/inputFacts';
import { type Measurement, percentile, showMs } from './report.ts';

const rounds = 2_000;

/** Binds values to a graph, for each workflow that ships. The slowest one is reported. */
export function measureBinding(): Measurement {
  const slowest = currentBuiltins
    .map((workflow) => ({ name: workflow.name, ms: timeBinding(workflow) }))
    .toSorted((a, b) => b.ms.p99 - a.ms.p99)[0];
  if (!slowest) throw new Error('workflows ship with the platform');
  return {
    what: `binding a graph, the slowest workflow (${slowest.name})`,
    measured: `p50 ${showMs(slowest.ms.p50)}, p99 ${showMs(slowest.ms.p99)}`,
    limit: '',
    target: '≤ 1 ms',
  };
}

function timeBinding(workflow: Workflow): { p50: number; p99: number } {
  const images = placeholderInputs(workflow);
  const params = workflow.params.parse(workflow.example);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    workflow.bind(params, { images, outputPrefix: `bench/${round}` });
    samples.push(performance.now() - startMs);
  }
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}
