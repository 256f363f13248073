import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Tabs } from '@star-graph/ui/layout/Tabs.tsx';
import { useState } from 'preact/hooks';
import { OrderList } from './OrderList.tsx';
import { PackageList } from './PackageList.tsx';
import { texts } from './texts.ts';
import { VoucherList } from './VoucherList.tsx';

/** Credits that are sold or given away. */
export function SalesView() {
  const [tab, setTab] = useState('orders');
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <Tabs
        label={texts.title}
        value={tab}
        onChange={setTab}
        items={[
          { value: 'orders', label: texts.orders, content: () => <OrderList /> },
          { value: 'packages', label: texts.packages, content: () => <PackageList /> },
          { value: 'vouchers', label: texts.vouchers, content: () => <VoucherList /> },
        ]}
      />
    </div>
  );
}
