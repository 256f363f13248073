import type { StatisticsView } from '@star-graph/contract/admin/statistics';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Graph } from '@star-graph/ui/graphs/Graph.tsx';
import type { GraphSeries } from '@star-graph/ui/graphs/graphTypes';
import { type GraphUnit, graphUnits } from '@star-graph/ui/graphs/units';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { formatDuration, formatNumber, formatPercent } from '@star-graph/ui/texts/formats';
import { useMemo, useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { Figure } from './Figure.tsx';
import { grainOf, type History, type Reach, rangeOf, readHistory } from './readHistory.ts';
import { texts } from './texts.ts';

const reaches = ['24h', '7d', '30d'] as const satisfies readonly Reach[];
/** The running hour grows. */
const refreshMs = 60_000;
/** Below this share of success somebody should look into it. */
const poorSuccess = 0.9;

/** What was done over time: the sums, and a graph for each. */
export function HistoryCards() {
  const [reach, setReach] = useState<Reach>('24h');
  const loaded = useResource(
    async (signal) => {
      const now = new Date();
      const { span, from, to } = rangeOf(reach, now);
      const query = { span, from: from.toISOString(), to: to.toISOString() };
      const answer = await api.adminGetStatistics({ query }, { signal });
      return { history: readHistory(answer, reach, now), models: answer.models };
    },
    [reach],
  );
  useTimer(loaded.reload, refreshMs);
  const history = loaded.value?.history;
  return (
    <section class="admin-stack" aria-label={texts.overTime}>
      <div class="admin-split">
        <h2>{texts.overTime}</h2>
        <Segmented
          label={texts.reach}
          options={reaches.map((value) => ({ value, label: texts[value] }))}
          value={reach}
          onChange={setReach}
        />
      </div>
      {loaded.state === 'failed' && <LoadFailure error={loaded.error} onRetry={loaded.reload} />}
      {(history || loaded.state === 'loading') && (
        <>
          <Totals totals={history?.totals} />
          <Graphs history={history} reach={reach} />
        </>
      )}
      {loaded.value && <BusyModels models={loaded.value.models} />}
    </section>
  );
}

function Totals({ totals }: { totals: History['totals'] | undefined }) {
  const { successShare, meanWaitSeconds } = totals ?? {};
  const say = (value: number | undefined, words: (value: number) => string) =>
    value === undefined ? '–' : words(value);
  return (
    <div class="admin-figures">
      <Figure name={texts.ended} value={say(totals?.tasks, formatNumber)} />
      <Figure
        name={texts.success}
        value={say(successShare, (share) => formatPercent(share, 1))}
        {...(successShare !== undefined &&
          successShare < poorSuccess && { href: '/admin/servers', tone: 'bad' as const })}
      />
      <Figure name={texts.wait} value={say(meanWaitSeconds, formatDuration)} />
      <Figure name={texts.gpu} value={say(totals?.gpuSeconds, formatDuration)} />
      <Figure name={texts.creditsSpent} value={say(totals?.spent, formatNumber)} />
      <Figure name={texts.creditsSold} value={say(totals?.sold, formatNumber)} href="/admin/sales" />
    </div>
  );
}

function Graphs({ history, reach }: { history: History | undefined; reach: Reach }) {
  const drawn = useMemo(() => describeGraphs(history), [history, texts.succeeded]);
  if (history?.totals.tasks === 0 && history.times.every((_, at) => !history.waiting[at]))
    return (
      <Card>
        <p class="admin-quiet">{texts.none}</p>
      </Card>
    );
  return (
    <div class="admin-pair">
      {drawn.map(({ title, unit, series }) => (
        <Card key={title} title={title}>
          <Graph
            label={title}
            times={history?.times}
            series={series}
            unit={unit}
            grain={grainOf(reach)}
            height={160}
          />
        </Card>
      ))}
    </div>
  );
}

interface Described {
  title: string;
  unit: GraphUnit;
  series: GraphSeries[];
}

function describeGraphs(history: History | undefined): Described[] {
  const of = (values: keyof Omit<History, 'times' | 'totals'>) => history?.[values] ?? [];
  return [
    {
      title: texts.tasks,
      unit: graphUnits.count,
      series: [
        { name: texts.succeeded, values: of('succeeded'), shape: 'bars' },
        { name: texts.failed, values: of('failed'), tone: 'bad', shape: 'bars' },
      ],
    },
    {
      title: texts.queueMean,
      unit: graphUnits.count,
      series: [
        { name: texts.waiting, values: of('waiting'), tone: 'warn' },
        { name: texts.working, values: of('running'), tone: 'good' },
      ],
    },
    {
      title: texts.gpu,
      unit: graphUnits.duration,
      series: [{ name: texts.gpu, values: of('gpuSeconds'), shape: 'bars' }],
    },
    {
      title: texts.credits,
      unit: graphUnits.credits,
      series: [
        { name: texts.spent, values: of('spent') },
        { name: texts.sold, values: of('sold'), tone: 'good' },
      ],
    },
  ];
}

type Model = StatisticsView['models'][number];
const most = 8;

/** What the GPUs were busy with. */
function BusyModels({ models }: { models: readonly Model[] }) {
  const all = models.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0);
  const columns = useMemo(
    (): Column<Model>[] => [
      { key: 'workflow', title: texts.workflow, cell: ({ workflow }) => nameWorkflow(workflow) },
      { key: 'model', title: texts.model, cell: ({ model }) => <span dir="auto">{model}</span> },
      {
        key: 'tasks',
        title: texts.ended,
        align: 'end',
        cell: ({ succeeded, failed, cancelled }) => formatNumber(succeeded + failed + cancelled),
      },
      {
        key: 'failed',
        title: texts.failed,
        align: 'end',
        cell: ({ failed }) => (failed > 0 ? <b class="admin-bad">{formatNumber(failed)}</b> : 0),
      },
      {
        key: 'gpu',
        title: texts.gpu,
        align: 'end',
        cell: ({ gpuSeconds }) => formatDuration(gpuSeconds),
      },
      {
        key: 'share',
        title: texts.share,
        align: 'end',
        wideOnly: true,
        cell: ({ gpuSeconds }) => formatPercent(all === 0 ? 0 : gpuSeconds / all),
      },
    ],
    [texts.workflow, all],
  );
  if (models.length === 0) return null;
  return (
    <Card title={texts.busyWith}>
      <Table
        label={texts.busyWith}
        columns={columns}
        rows={models.slice(0, most)}
        rowKey={({ workflow, model }) => `${workflow} ${model}`}
      />
    </Card>
  );
}
