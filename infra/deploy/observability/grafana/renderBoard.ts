import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphGradientMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, PanelFacts, VariableName } from './board.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variables
const datasource = { type: 'prometheus', uid: '${datasource}' };
const tag = 'star-graph';

const valuesOf: Record<VariableName, string> = {
  instance: 'label_values(up{job=~"api|dispatcher|bot"}, instance)',
  lane: 'label_values(star_graph_queue_tasks, lane)',
  backend: 'label_values(star_graph_backend_state, backend)',
  workflow: 'label_values(star_graph_tasks_finished_total, workflow)',
};
const labels: Record<VariableName, string> = {
  instance: 'Process',
  lane: 'Lane',
  backend: 'GPU server',
  workflow: 'Workflow',
};

/** The JSON that Grafana is provisioned with. */
export function renderBoard({ uid, title, description, variables, rows }: Board): object {
  const builder = new DashboardBuilder(`Star-Graph: ${title}`)
    .uid(uid)
    .description(description)
    .tags([tag])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Star-Graph').type(DashboardLinkType.Dashboards).tags([tag]).keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const name of variables) builder.withVariable(createVariable(name));
  let id = 1;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(id++));
    for (const panel of row.panels) builder.withPanel(createPanel(panel).id(id++));
  }
  return builder.build();
}

const createVariable = (name: VariableName) =>
  new QueryVariableBuilder(name)
    .label(labels[name])
    .datasource(datasource)
    .query(valuesOf[name])
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });

function createPanel(panel: PanelFacts): StatPanel | BarGaugePanel | TimeseriesPanel {
  const { kind = 'lines', width, title, description, unit, bad, min, max } = panel;
  const builder =
    kind === 'number'
      ? createNumber()
      : kind === 'bars'
        ? createBars()
        : createLines(panel, kind === 'stacked');
  builder
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(datasource)
    .span(width ?? (kind === 'number' ? 3 : 8))
    .height(kind === 'number' ? 4 : 8);
  if (bad !== undefined) builder.thresholds(createThresholds(panel, bad));
  // Of lines it is where the axis begins, unless something lies below.
  if (min !== undefined && kind === 'bars') builder.min(min);
  if (max !== undefined) builder.max(max);
  for (const [at, [expr, legend]] of panel.queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + at))
      .expr(expr)
      .legendFormat(legend);
    builder.withTarget(kind === 'bars' ? query.instant() : query.range());
    if (panel.exemplars) query.exemplar(true);
  }
  return builder;
}

const lastValue = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

const createNumber = () =>
  new StatPanel()
    .reduceOptions(lastValue())
    .graphMode(BigValueGraphMode.Area)
    .colorMode(BigValueColorMode.Value)
    .noValue('none');

const createBars = () =>
  new BarGaugePanel().reduceOptions(lastValue()).orientation(VizOrientation.Horizontal).noValue('none');

function createLines({ min = 0 }: PanelFacts, isStacked: boolean): TimeseriesPanel {
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .calcs(['mean', 'max', 'lastNotNull']);
  const builder = new TimeseriesPanel()
    .legend(legend)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .showPoints(VisibilityMode.Never)
    .gradientMode(GraphGradientMode.None)
    .lineWidth(1)
    .fillOpacity(isStacked ? 60 : 0)
    .axisSoftMin(min);
  return isStacked ? builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : builder;
}

const good = 'green';
const red = 'red';

const createThresholds = ({ isLowBad }: PanelFacts, bad: number) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: isLowBad ? red : good },
    { value: bad, color: isLowBad ? good : red },
  ]);
