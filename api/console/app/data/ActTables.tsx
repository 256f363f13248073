import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { AskDialog, useAsked } from './AskDialog.tsx';
import { actColumn, PageTable, type PageTableProps } from './PageTable.tsx';
import { PostFailure } from './PostFailure.tsx';

interface RemovableProps<Row extends { id: string }> extends PageTableProps<Row> {
  /** Once it resolves the row leaves the list. */
  remove(row: Row): Promise<void>;
  /** A verb. */
  removeLabel: string;
  title(row: Row): string;
  words(row: Row): ComponentChildren;
  /** What stands in place of the button at a row that can be removed no more; such a row stays in the list. */
  removed?(row: Row): ComponentChildren;
}

/** A list whose rows can each be removed, which is asked about first. */
export function RemovableTable<Row extends { id: string }>(props: RemovableProps<Row>) {
  const { remove, removeLabel, title, words, removed, columns, ...table } = props;
  const removal = useAsked(async (row: Row) => {
    await remove(row);
    if (removed) table.pages.reload();
    else table.pages.change((items) => items.filter(({ id }) => id !== row.id));
  });
  const { ask } = removal;
  const withRemoval = useMemo(() => {
    const act = actColumn<Row>(
      (row) =>
        removed?.(row) || (
          <Button size="small" look="danger" onClick={() => ask(row)}>
            {removeLabel}
          </Button>
        ),
    );
    return [...columns, act];
  }, [columns, removeLabel, ask]);
  return (
    <>
      <PostFailure error={removal.error} />
      <PageTable {...table} columns={withRemoval} />
      <AskDialog asked={removal} title={title} confirmLabel={removeLabel}>
        {words}
      </AskDialog>
    </>
  );
}

interface OpenableProps<Row extends { id: string }> extends Omit<PageTableProps<Row>, 'onOpen' | 'openKey'> {
  title(row: Row): string;
  /** What the drawer of a row shows: as the list has it now, or as it was when it left the list. */
  children(row: Row, close: () => void): ComponentChildren;
}

/** A list whose rows open in a drawer. */
export function OpenableTable<Row extends { id: string }>(props: OpenableProps<Row>) {
  const { title, children, ...table } = props;
  const [opened, setOpened] = useState<Row>();
  const row = opened && (table.pages.items.find(({ id }) => id === opened.id) ?? opened);
  const close = () => setOpened(undefined);
  return (
    <>
      <PageTable {...table} onOpen={setOpened} openKey={row?.id} />
      <Drawer open={row !== undefined} onClose={close} title={row ? title(row) : ''}>
        {row && <div key={row.id}>{children(row, close)}</div>}
      </Drawer>
    </>
  );
}
