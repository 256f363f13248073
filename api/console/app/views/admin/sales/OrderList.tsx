import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { FilterChips } from '@star-graph/ui/layout/FilterChips.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { ReceiptText } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { PageTable } from '../../../data/PageTable.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { PersonPicker } from '../people/PersonPicker.tsx';
import { formatPrice } from './formatPrice.ts';
import { OrderDrawer } from './OrderDrawer.tsx';
import { nameOrderState, orderStates, texts } from './orderTexts.ts';

/** Everybody's orders, newest first. */
export function OrderList() {
  const asked = useRoute().query.state;
  const [state, setState] = useState(orderStates.find((one) => one === asked));
  const [userId, setUserId] = useState<string>();
  const [open, setOpen] = useState<AdminOrderView>();
  const pages = usePages(
    (page, signal) => {
      const query = {
        ...page,
        ...(state && { state }),
        ...(userId && { userId }),
      };
      return api.adminListOrders({ query }, { signal });
    },
    [state, userId],
  );
  const columns = useOrderColumns();
  const isNarrowed = state !== undefined || userId !== undefined;
  const put = (order: AdminOrderView) => {
    setOpen(order);
    pages.change((items) => items.map((one) => (one.id === order.id ? order : one)));
  };
  return (
    <div class="admin-stack">
      <div class="admin-filters">
        <PersonPicker
          label={texts.ofPerson}
          placeholder={texts.anybody}
          value={userId}
          onChange={setUserId}
        />
        <FilterChips
          single
          label={texts.state}
          options={orderStates.map((value) => ({ value, label: texts[value] }))}
          values={state ? [state] : []}
          onChange={([value]) => setState(value)}
        />
      </div>
      <PageTable
        auto
        pages={pages}
        label={texts.orders}
        columns={columns}
        onOpen={setOpen}
        openKey={open?.id}
        empty={
          <EmptyState icon={ReceiptText} title={isNarrowed ? texts.noneSo : texts.none}>
            {isNarrowed ? texts.noneSoWords : texts.noneWords}
          </EmptyState>
        }
      />
      <OrderDrawer order={open} onClose={() => setOpen(undefined)} onChanged={put} />
    </div>
  );
}

function useOrderColumns() {
  return useMemo(
    (): Column<AdminOrderView>[] => [
      { key: 'what', title: texts.what, cell: ({ name }) => <span dir="auto">{name}</span> },
      {
        key: 'state',
        title: texts.state,
        cell: (order) => {
          const { word, tone } = nameOrderState(order);
          return <Chip tone={tone}>{word}</Chip>;
        },
      },
      { key: 'person', title: texts.person, cell: ({ userId }) => <PersonName id={userId} /> },
      { key: 'price', title: texts.price, align: 'end', cell: formatPrice },
      {
        key: 'credits',
        title: texts.credits,
        align: 'end',
        wideOnly: true,
        cell: ({ credits }) => <Stars amount={credits} />,
      },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [texts.what],
  );
}
