import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { OpenableTable } from '../../../data/ActTables.tsx';
import type { Pages } from '../../../data/usePages.ts';
import { texts } from './texts.ts';

interface Row {
  id: string;
  reason: keyof typeof texts & string;
}

interface Props<Item extends Row, Filter extends string> {
  label: string;
  empty: string;
  icon: IconNode;
  filters: readonly Filter[];
  filter: Filter;
  onFilter(filter: NoInfer<Filter>): void;
  pages: Pages<Item>;
  columns: readonly Column<Item>[];
  /** What is decided about in the drawer. */
  children(item: Item, close: () => void): ComponentChildren;
}

/** What awaits a decision and what was decided, by its state; one opens in a drawer. */
export function ReviewList<Item extends Row, Filter extends keyof typeof texts & string>(
  props: Props<Item, Filter>,
) {
  const { label, empty, icon, filters, filter, onFilter, pages, columns, children } = props;
  return (
    <div class="admin-stack">
      <Segmented
        label={texts.show}
        options={filters.map((value) => ({ value, label: wordOf(value) }))}
        value={filter}
        onChange={onFilter}
      />
      <OpenableTable
        pages={pages}
        label={label}
        columns={columns}
        empty={<EmptyState icon={icon} title={empty} />}
        title={({ reason }) => wordOf(reason)}
      >
        {children}
      </OpenableTable>
    </div>
  );
}

const wordOf = (name: keyof typeof texts): string => texts[name];
