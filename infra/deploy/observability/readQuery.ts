import { parser } from '@prometheus-io/lezer-promql';

interface ReadQuery {
  /** Where it cannot be read. */
  faults: string[];
  /** The metrics it names, as processes show them: without the ending of a part of a histogram. */
  metrics: string[];
}

/** The intervals that Grafana puts in. Its other variables stand inside quotes. */
export const fillIntervals = (expr: string, interval: string): string =>
  expr.replaceAll('$__rate_interval', interval);

export function readQuery(expr: string): ReadQuery {
  const text = fillIntervals(expr, '5m');
  const faults: string[] = [];
  const metrics = new Set<string>();
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) faults.push(`${text.slice(0, from)} ⚠ ${text.slice(from)}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector')
        metrics.add(text.slice(from, to).replace(/_(bucket|count)$/, ''));
    },
  });
  return { faults, metrics: [...metrics] };
}
