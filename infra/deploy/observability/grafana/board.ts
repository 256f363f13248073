/** What a dashboard shows, without how Grafana writes it. */
export interface Board {
  uid: string;
  title: string;
  description: string;
  variables: readonly VariableName[];
  rows: readonly { title: string; panels: readonly PanelFacts[] }[];
}

/** Labels to choose by, beside the data source. */
export type VariableName = 'instance' | 'lane' | 'backend' | 'workflow';

export interface PanelFacts {
  title: string;
  /** One or two sentences: what it is, and what is good. */
  description: string;
  /** Of Grafana's list: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
  unit: string;
  /** Default: lines over time. */
  kind?: 'lines' | 'stacked' | 'number' | 'bars';
  queries: readonly [expr: string, legend: string][];
  /** Of 24 columns. Default: a third; of a number an eighth. */
  width?: number;
  /** From here on the value is bad; with `isLowBad`, below. */
  bad?: number;
  isLowBad?: true;
  min?: number;
  max?: number;
  /** A dot for each trace that fell into a bucket. */
  exemplars?: true;
}

/** Percentiles of a histogram, by further labels. */
export const percentiles = (
  shares: readonly number[],
  metric: string,
  selector = '',
  by = '',
): [expr: string, legend: string][] =>
  shares.map((share) => [
    `histogram_quantile(${share}, sum by (le${by && `, ${by}`}) (rate(${metric}_bucket${selector}[$__rate_interval])))`,
    `p${share * 100}${by && ` {{${by}}}`}`,
  ]);
