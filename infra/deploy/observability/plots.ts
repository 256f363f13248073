import { fillVariables, type Panel, panelsOf, readDashboards } from './grafana/readDashboards.ts';
import type { PrometheusServer, Series } from './prometheusServer.ts';
import { type PlotPanel, renderPlot } from './renderPlot.ts';

/** The images of the documentation: panels of one dashboard each, by their titles. */
const plots: Readonly<Record<string, { dashboard: string; panels: readonly string[] }>> = {
  overview: {
    dashboard: 'star-graph-overview',
    panels: ['Requests', 'Duration', 'Tasks finished', 'Refusals', 'Relay', 'Event loop'],
  },
  pool: {
    dashboard: 'star-graph-pool',
    panels: [
      'Tasks in the queue',
      'Time to start',
      'GPU-seconds waiting for each GPU',
      'What GPUs do',
      'Useful share',
      'Swaps',
    ],
  },
  business: {
    dashboard: 'star-graph-business',
    panels: ['Tasks by workflow', 'Failed and cancelled', 'Why requests were refused'],
  },
  slo: {
    dashboard: 'star-graph-slo',
    panels: ['Accepted within 250 ms', 'Started in time', 'Burn rate of an hour'],
  },
};

interface Span {
  from: number;
  to: number;
}

/** Asks what Grafana would ask, and draws it. @returns SVG by the name of the image. */
export async function drawPlots(prometheus: PrometheusServer, span: Span): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  const dashboards = readDashboards();
  for (const [name, { dashboard: uid, panels: titles }] of Object.entries(plots)) {
    const dashboard = dashboards.find((one) => one.uid === uid);
    const found = titles.map((title) => {
      const panel = dashboard && panelsOf(dashboard).find((one) => one.title === title);
      if (!panel) throw new Error(`${uid} has no panel "${title}"`);
      return panel;
    });
    const drawn = await Promise.all(found.map((panel) => readPanel(prometheus, panel, span)));
    images.set(name, renderPlot(dashboard?.title ?? name, drawn, span));
  }
  return images;
}

const points = 120;
/** As Grafana chooses it for scrapes of every second over a few minutes. */
const rateInterval = '15s';

async function readPanel(prometheus: PrometheusServer, panel: Panel, span: Span): Promise<PlotPanel> {
  const step = Math.max(1, Math.ceil((span.to - span.from) / points));
  const lines: { name: string; values: Series['values'] }[] = [];
  for (const { expr, legendFormat = '' } of panel.targets) {
    const series = await prometheus.queryRange(fillVariables(expr, rateInterval), { ...span, step });
    for (const { labels, values } of series) {
      const known = values.filter(([, value]) => Number.isFinite(value));
      if (known.length > 0) lines.push({ name: fillLegend(legendFormat, labels), values: known });
    }
  }
  const { unit = 'none', custom, thresholds, max } = panel.fieldConfig?.defaults ?? {};
  return {
    title: panel.title,
    description: panel.description,
    unit,
    max,
    lines,
    isStacked: custom?.stacking?.mode === 'normal',
    min: custom?.axisSoftMin,
    bad: thresholds?.steps.findLast(({ value }) => value !== null)?.value ?? undefined,
  };
}

const fillLegend = (format: string, labels: Series['labels']): string =>
  format.replaceAll(/{{(\w+)}}/g, (_, name: string) => labels[name] ?? '');
