import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { type Column, Table, type TableProps } from '@star-graph/ui/layout/Table.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { LoadFailure } from './LoadFailure.tsx';
import type { Pages } from './usePages.ts';

const texts = defineTexts({ actions: { en: 'Actions', 'zh-CN': '操作' } });

export interface PageTableProps<Row extends { id: string }> extends Omit<TableProps<Row>, 'rows' | 'rowKey'> {
  pages: Pages<Row>;
  /** Further pages come by themselves as one scrolls. */
  auto?: boolean;
}

/** A list that comes page by page: a skeleton, its rows, what stands for none, or what went wrong with a way out. */
export function PageTable<Row extends { id: string }>({
  pages,
  auto = false,
  ...table
}: PageTableProps<Row>) {
  const { items, state, error, hasMore, loadMore } = pages;
  const isFailed = state === 'failed';
  return (
    <>
      {(items.length > 0 || !isFailed) && (
        <Table
          {...table}
          rows={state === 'loading' && items.length === 0 ? undefined : items}
          rowKey={({ id }) => id}
        />
      )}
      {isFailed && <LoadFailure error={error} onRetry={loadMore} />}
      <LoadMore auto={auto} hasMore={hasMore && !isFailed} busy={state === 'loading'} onLoad={loadMore} />
    </>
  );
}

/** The last column: what can be done to a row. */
export const actColumn = <Row,>(cell: Column<Row>['cell']): Column<Row> => ({
  key: 'actions',
  title: texts.actions,
  align: 'end',
  untitled: true,
  cell,
});
