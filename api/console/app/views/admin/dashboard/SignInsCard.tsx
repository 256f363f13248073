import type { FailedSignInsView } from '@star-graph/contract/admin/failedSignIns';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { PersonName } from '../people/PersonName.tsx';

const texts = defineTexts({
  title: { en: 'Failed sign-ins', 'zh-CN': '登录失败' },
  words: {
    en: 'In the last 24 hours. Someone who is locked out waits 15 minutes, or asks you for a new password.',
    'zh-CN': '最近 24 小时。被锁定者需等待十五分钟，或向您索取新密码。',
  },
  none: { en: 'None in the last 24 hours.', 'zh-CN': '最近 24 小时内没有。' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  locks: { en: 'Locks', 'zh-CN': '锁定' },
  account: { en: 'Account', 'zh-CN': '账户' },
  address: { en: 'Address', 'zh-CN': '地址' },
  last: { en: 'Last', 'zh-CN': '最近' },
});

type Account = FailedSignInsView['accounts'][number];
type From = FailedSignInsView['addresses'][number];

/** Who is being guessed at, and from where. */
export function SignInsCard({ signIns }: { signIns: FailedSignInsView }) {
  const { failed, locks, isMore, accounts, addresses } = signIns;
  const count = (number: number) => `${formatNumber(number)}${isMore ? '+' : ''}`;
  const counts = <One extends Account | From>(): Column<One>[] => [
    { key: 'failed', title: texts.failed, align: 'end', cell: (one) => formatNumber(one.failed) },
    { key: 'locks', title: texts.locks, align: 'end', cell: (one) => formatNumber(one.locks) },
    { key: 'last', title: texts.last, wideOnly: true, cell: ({ lastAt }) => <Time at={lastAt} /> },
  ];
  if (failed + locks === 0)
    return (
      <Card title={texts.title}>
        <p class="admin-quiet">{texts.none}</p>
      </Card>
    );
  return (
    <Card title={texts.title}>
      <p id="sign-ins" class="admin-quiet">
        {texts.words}
      </p>
      <Facts
        facts={[
          [texts.failed, count(failed)],
          [texts.locks, count(locks)],
        ]}
      />
      {accounts.length > 0 && (
        <Table
          label={texts.account}
          rows={accounts}
          rowKey={({ userId }) => userId}
          columns={[
            { key: 'account', title: texts.account, cell: ({ userId }) => <PersonName id={userId} /> },
            ...counts<Account>(),
          ]}
        />
      )}
      <Table
        label={texts.address}
        rows={addresses}
        rowKey={({ address }) => address}
        columns={[
          { key: 'address', title: texts.address, cell: ({ address }) => <bdi>{address}</bdi> },
          ...counts<From>(),
        ]}
      />
    </Card>
  );
}
