import type { QueueShareView } from '@star-graph/contract/admin/queue';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { Users } from 'lucide';
import { useMemo } from 'preact/hooks';
import { texts } from './texts.ts';

/** What GPU time people got, by which the next ones are chosen. */
export function SharesTable({ shares }: { shares: readonly QueueShareView[] | undefined }) {
  const columns = useMemo(
    (): Column<QueueShareView>[] => [
      {
        key: 'person',
        title: texts.person,
        cell: ({ username, userId }) => <span dir="auto">{username ?? userId}</span>,
      },
      { key: 'queued', title: texts.queued, align: 'end', cell: ({ queued }) => queued },
      { key: 'weight', title: texts.weight, align: 'end', cell: ({ weight }) => weight },
      {
        key: 'ahead',
        title: texts.ahead,
        align: 'end',
        cell: ({ aheadSeconds }) => formatDuration(aheadSeconds),
      },
      {
        key: 'turn',
        title: texts.turn,
        cell: ({ comesFirst, heldBack }) => {
          if (heldBack) return <Chip tone="warn">{texts.heldBack}</Chip>;
          return comesFirst && <Chip tone="good">{texts.comesFirst}</Chip>;
        },
      },
    ],
    [texts.person],
  );
  return (
    <Table
      label={texts.shares}
      columns={columns}
      rows={shares}
      rowKey={({ userId }) => userId}
      empty={<EmptyState icon={Users} title={texts.nobody} />}
    />
  );
}
