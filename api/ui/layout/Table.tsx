import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Skeleton } from '../feedback/Skeleton.tsx';
import { Icon } from '../Icon.tsx';
import './Table.css';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Makes the column sortable; only for lists that are here whole. */
  sortBy?: (row: Row) => string | number;
  /** `end` for figures. */
  align?: 'end';
  /** As CSS has it: `12ch`. */
  width?: string;
  /** Left out where the rows become cards. */
  wideOnly?: boolean;
  /** Buttons and states, which need no title in a card. */
  untitled?: boolean;
}

export interface TableProps<Row> {
  /** What the rows are, read aloud. */
  label: string;
  /** The first column names the row, and opens it. */
  columns: readonly Column<Row>[];
  /** Undefined while they are loaded. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** What a press on a row opens, mostly a Drawer. */
  onOpen?: (row: Row) => void;
  /** The row that is open. */
  openKey?: string | undefined;
  /** What stands here when there are no rows. */
  empty?: ComponentChildren;
  /** Where rows become cards: the values follow each other, instead of a line each. For a few short ones. */
  brief?: boolean;
}

interface Sort {
  key: string;
  isDown: boolean;
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, openKey, empty, brief = false } = props;
  const [sort, setSort] = useState<Sort>();
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  if (rows?.length === 0 && empty) return <>{empty}</>;
  return (
    <div class="sg-table-place">
      <table
        class={brief ? 'sg-table sg-table-brief' : 'sg-table'}
        aria-label={label}
        aria-busy={rows === undefined}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted?.map((row) => (
            <TableRow
              key={rowKey(row)}
              row={row}
              columns={columns}
              isOpen={openKey === rowKey(row)}
              onOpen={onOpen}
            />
          )) ?? <LoadingRows columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function sortRows<Row>(
  rows: readonly Row[] | undefined,
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
): readonly Row[] | undefined {
  const sortBy = columns.find(({ key }) => key === sort?.key)?.sortBy;
  if (!rows || !sort || !sortBy) return rows;
  const words = new Intl.Collator(undefined, { numeric: true });
  return rows.toSorted((a, b) => {
    const [one, other] = [sortBy(a), sortBy(b)];
    const order =
      typeof one === 'number' && typeof other === 'number'
        ? one - other
        : words.compare(`${one}`, `${other}`);
    return sort.isDown ? -order : order;
  });
}

function Heading<Row>(props: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}) {
  const { column, sort, onSort } = props;
  const own = sort?.key === column.key ? sort : undefined;
  const turn = () => {
    if (!own) onSort({ key: column.key, isDown: false });
    else onSort(own.isDown ? undefined : { ...own, isDown: true });
  };
  const direction = own?.isDown ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      class={classOf(column)}
      style={column.width ? { inlineSize: column.width } : undefined}
      aria-sort={own ? direction : undefined}
    >
      {column.sortBy ? (
        <button type="button" class="sg-table-sort" onClick={turn}>
          {column.title}
          <Icon icon={own ? (own.isDown ? ArrowDown : ArrowUp) : ChevronsUpDown} />
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

const classOf = <Row,>({ align, wideOnly, untitled }: Column<Row>) =>
  [align === 'end' && 'sg-table-end', wideOnly && 'sg-table-wide', untitled && 'sg-table-untitled']
    .filter(Boolean)
    .join(' ') || undefined;

function TableRow<Row>(props: {
  row: Row;
  columns: readonly Column<Row>[];
  isOpen: boolean;
  onOpen: ((row: Row) => void) | undefined;
}) {
  const { row, columns, isOpen, onOpen } = props;
  const open = (event: MouseEvent) => {
    // A button or link inside does its own work, and text can be chosen with the mouse.
    const isOther =
      event.target instanceof Element && event.target.closest('a, button, input, label, select');
    if (!isOther && !getSelection()?.toString()) onOpen?.(row);
  };
  return (
    // The button in the first cell does the same by keyboard.
    <tr class={onOpen ? 'sg-table-row' : undefined} data-open={isOpen || undefined} onClick={onOpen && open}>
      {columns.map((column, index) => (
        <td
          key={column.key}
          class={classOf(column)}
          data-title={index > 0 && !column.untitled ? column.title : undefined}
        >
          {index === 0 && onOpen ? (
            <button type="button" class="sg-table-open" onClick={() => onOpen(row)}>
              {column.cell(row)}
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

const LoadingRows = ({ columns }: { columns: number }) => (
  <>
    {Array.from({ length: 5 }, (_, row) => (
      <tr key={row}>
        {Array.from({ length: columns }, (_, column) => (
          <td key={column}>
            <Skeleton width={column === 0 ? '70%' : '50%'} height="0.9em" />
          </td>
        ))}
      </tr>
    ))}
  </>
);
