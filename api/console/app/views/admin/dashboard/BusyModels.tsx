import type { StatisticsView } from '@star-graph/contract/admin/statistics';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { formatDuration, formatNumber, formatPercent } from '@star-graph/ui/texts/formats';
import { useMemo } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { texts } from './texts.ts';

type Model = StatisticsView['models'][number];
const most = 8;

/** What the GPUs were busy with. */
export function BusyModels({ models }: { models: readonly Model[] }) {
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
