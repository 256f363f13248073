import { useState } from 'preact/hooks';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import { Tabs } from '../../../../../ui/layout/Tabs.tsx';
import { PackageList } from './PackageList.tsx';
import { texts } from './texts.ts';
import { VoucherList } from './VoucherList.tsx';

/** Credits that are sold or given away. */
export function SalesView() {
  const [tab, setTab] = useState('packages');
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <Tabs
        label={texts.title}
        value={tab}
        onChange={setTab}
        items={[
          { value: 'packages', label: texts.packages, content: () => <PackageList /> },
          { value: 'vouchers', label: texts.vouchers, content: () => <VoucherList /> },
        ]}
      />
    </div>
  );
}
