import { Users } from 'lucide';
import { useMemo } from 'preact/hooks';
import type { QueueShareView } from '../../../../../contract/admin/queue.ts';
import { Chip } from '../../../../../ui/feedback/Chip.tsx';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { type Column, Table } from '../../../../../ui/layout/Table.tsx';
import { formatDuration } from '../../../../../ui/texts/formats.ts';
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
