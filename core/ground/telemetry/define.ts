import {
  Counter,
  Gauge,
  Histogram,
  type LabelValues,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import { currentTraceId } from './currentTraceId.ts';

/*
 * The metrics of a process. Each label has few values, which this program or its operator chose: what people send would
 * make a series each time, and names and ids would show who did what.
 */

/** Labels whose values this program chooses: routes, codes, states. */
const ownLabels = [
  'activity',
  'code',
  'command',
  'day',
  'dependency',
  'end',
  'kind',
  'lane',
  'lease',
  'limit',
  'loop',
  'message',
  'method',
  'outcome',
  'part',
  'pool',
  'process',
  'purpose',
  'reason',
  'route',
  'state',
  'status',
  'table',
  'type',
  'version',
] as const;
/** Labels whose values the operator chooses. Each is bounded by `createBoundedLabel`, or by the servers of the pool. */
const operatorLabels = ['backend', 'gpu', 'models', 'workflow'] as const;

export const allowedLabels: readonly string[] = [...ownLabels, ...operatorLabels];
export type Label = (typeof ownLabels)[number] | (typeof operatorLabels)[number];

interface Definition<Name extends Label> {
  /** `star_graph_…`, in base units: `_seconds`, `_bytes`; of a counter with `_total`. */
  name: string;
  help: string;
  labels?: readonly Name[];
}

/** It can show exemplars, so its format is OpenMetrics; `readMetrics` gives the older one too. */
export const registry = new Registry<OpenMetricsContentType>();
registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);

const optionsOf = <Name extends Label>({ name, help, labels = [] }: Definition<Name>) => ({
  name,
  help,
  labelNames: labels,
  registers: [registry],
});

/** @param collect brings it up to date; called whenever the metrics are read, so it must be quick and ask nobody. */
export const defineCounter = <Name extends Label = never>(
  definition: Definition<Name>,
  collect?: () => void,
): Counter<Name> => new Counter({ ...optionsOf(definition), ...(collect ? { collect } : {}) });

/** @param collect sets it, as above. */
export const defineGauge = <Name extends Label = never>(
  definition: Definition<Name>,
  collect?: (gauge: Gauge<Name>) => void,
): Gauge<Name> => {
  const update = collect ? { collect: () => collect(gauge) } : {};
  const gauge: Gauge<Name> = new Gauge({ ...optionsOf(definition), ...update });
  return gauge;
};

interface Durations<Name extends Label> {
  observe(labels: LabelValues<Name>, seconds: number): void;
}

/** A histogram whose buckets name the last trace that fell into them. */
export function defineDurations<Name extends Label = never>(
  definition: Definition<Name> & { buckets: number[] },
): Durations<Name> {
  const histogram = new Histogram({
    ...optionsOf(definition),
    buckets: definition.buckets,
    enableExemplars: true,
  });
  return {
    observe(labels, value) {
      const traceId = currentTraceId();
      const exemplar = traceId === undefined ? {} : { exemplarLabels: { trace_id: traceId } };
      // The library types the labels of an exemplar as those of the histogram, which they are not.
      histogram.observe({ labels, value, ...(exemplar as object) });
    },
  };
}

/** What came too late keeps the number of series bounded. */
const other = 'other';
const longest = 100;

/** A label of the operator's: the first values keep their names, all further ones are `other`. */
export function createBoundedLabel(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    const name = value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
    if (known.has(name)) return name;
    if (known.size >= most) return other;
    known.add(name);
    return name;
  };
}

/** More than an operator offers; in a pool with more, the later ones count together. */
const mostWorkflows = 100;
export const workflowLabel = createBoundedLabel(mostWorkflows);
