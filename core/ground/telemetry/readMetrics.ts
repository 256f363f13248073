import { type MetricObject, type OpenMetricsContentType, Registry } from 'prom-client';
import { registry } from './define.ts';
import { endExpiredLead } from './leaderMetrics.ts';

export interface ReadMetrics {
  type: string;
  text: string;
}

/** Exemplars come in OpenMetrics alone. */
export type MetricsFormat = 'text' | 'openmetrics';

/** @param accept the header of the reader; Prometheus asks for OpenMetrics if it can read it */
export const chooseFormat = (accept = ''): MetricsFormat => {
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const isWanted = ranges.some(
    ([type, ...params]) => type === 'application/openmetrics-text' && !params.includes('q=0'),
  );
  return isWanted ? 'openmetrics' : 'text';
};

export async function readMetrics(format: MetricsFormat): Promise<ReadMetrics> {
  endExpiredLead();
  const view = format === 'openmetrics' ? viewOpenMetrics() : viewText();
  return { type: view.contentType, text: await view.metrics() };
}

function viewText(): Registry {
  const view = new Registry();
  for (const metric of listMetrics()) view.registerMetric(metric as never);
  return view;
}

/** To print OpenMetrics, the library renames counters for good; so it gets objects that inherit all but the name. */
function viewOpenMetrics() {
  const view = new Registry<OpenMetricsContentType>();
  view.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of listMetrics()) {
    const named = Object.create(metric, { name: { value: metric.name, writable: true } });
    view.registerMetric(named);
  }
  return view;
}

const listMetrics = (): readonly MetricObject[] => registry.getMetricsAsArray();
