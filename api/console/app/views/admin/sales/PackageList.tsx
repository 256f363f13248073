import type { CreditPackageView } from '@star-graph/contract/payments/packages';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Package, Plus } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { formatPrice } from './formatPrice.ts';
import { PackageForm } from './PackageForm.tsx';
import { texts } from './texts.ts';

/** A package that does not exist yet: its id is chosen here, so that pressing again makes no second one. */
const createDraft = (): CreditPackageView => ({
  id: crypto.randomUUID(),
  version: 0,
  name: { en: '', 'zh-CN': '' },
  credits: 1_000,
  amount: 500,
  currency: 'EUR',
  active: true,
  changedAt: new Date().toISOString(),
});

export function PackageList() {
  const list = useResource((signal) => api.adminListPackages({}, { signal }), []);
  const [open, setOpen] = useState<CreditPackageView>();
  const columns = usePackageColumns();
  const close = () => setOpen(undefined);
  return (
    <div class="admin-stack">
      <div class="admin-row">
        <Button look="primary" icon={Plus} onClick={() => setOpen(createDraft())}>
          {texts.newPackage}
        </Button>
      </div>
      {list.state === 'failed' ? (
        <LoadFailure error={list.error} onRetry={list.reload} />
      ) : (
        <Table
          label={texts.packages}
          columns={columns}
          rows={list.value?.items}
          rowKey={({ id }) => id}
          onOpen={setOpen}
          openKey={open?.id}
          empty={<EmptyState icon={Package} title={texts.noPackages} />}
        />
      )}
      <Drawer
        open={open !== undefined}
        onClose={close}
        title={open?.name[language.value] || texts.newPackage}
        persistent
      >
        {open && <PackageForm key={open.id} made={open} onEnded={list.reload} onSaved={close} />}
      </Drawer>
    </div>
  );
}

function usePackageColumns() {
  return useMemo(
    (): Column<CreditPackageView>[] => [
      { key: 'name', title: texts.name, cell: ({ name }) => <span dir="auto">{name[language.value]}</span> },
      {
        key: 'credits',
        title: texts.credits,
        align: 'end',
        cell: ({ credits }) => <Stars amount={credits} />,
      },
      { key: 'price', title: texts.price, align: 'end', cell: formatPrice },
      {
        key: 'sold',
        title: texts.sold,
        cell: ({ active }) => (active ? <Chip tone="good">{texts.sold}</Chip> : <Chip>{texts.notSold}</Chip>),
      },
    ],
    [texts.name],
  );
}
