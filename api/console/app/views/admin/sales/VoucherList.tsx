import type { VoucherBatchView } from '@star-graph/contract/payments/vouchers';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Plus, Ticket } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { RemovableTable } from '../../../data/ActTables.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { type MadeVouchers, NewVouchers } from './NewVouchers.tsx';
import { texts } from './texts.ts';

export function VoucherList() {
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<MadeVouchers>();
  const pages = usePages((page, signal) => api.adminListVouchers({ query: page }, { signal }));
  return (
    <div class="admin-stack">
      <div class="admin-row">
        <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
          {texts.newVouchers}
        </Button>
      </div>
      {made && <MadeCodes made={made} onDone={() => setMade(undefined)} />}
      <RemovableTable
        pages={pages}
        label={texts.vouchers}
        columns={useVoucherColumns()}
        empty={<EmptyState icon={Ticket} title={texts.noVouchers} />}
        remove={async ({ id }) => {
          await api.adminWithdrawVouchers({ params: { id } });
          setMade((last) => (last?.id === id ? undefined : last));
        }}
        removeLabel={texts.withdraw}
        title={({ name }) => texts.withdrawTitle(name)}
        words={() => texts.withdrawWords}
        removed={({ withdrawnAt }) => withdrawnAt && texts.withdrawn}
      />
      <NewVouchers open={isAdding} onClose={() => setAdding(false)} onMade={setMade} onEnded={pages.reload} />
    </div>
  );
}

const MadeCodes = ({ made, onDone }: { made: MadeVouchers; onDone: () => void }) => (
  <Card>
    <div class="admin-form admin-code">
      <Field label={texts.made(made.name)} hint={texts.madeHint}>
        <TextArea readOnly value={made.list.join('\n')} onChange={() => {}} />
      </Field>
      <div class="admin-row">
        <Button onClick={onDone}>{texts.done}</Button>
      </div>
    </div>
  </Card>
);

function useVoucherColumns() {
  return useMemo(
    (): Column<VoucherBatchView>[] => [
      { key: 'name', title: texts.name, cell: ({ name }) => <span dir="auto">{name}</span> },
      {
        key: 'credits',
        title: texts.credits,
        align: 'end',
        cell: ({ credits }) => <Stars amount={credits} />,
      },
      {
        key: 'used',
        title: texts.used,
        align: 'end',
        cell: ({ used, codes, usesPerCode }) =>
          `${formatNumber(used)} / ${formatNumber(codes * usesPerCode)}`,
      },
      {
        key: 'ends',
        title: texts.ends,
        cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : texts.never),
      },
    ],
    [texts.name],
  );
}
