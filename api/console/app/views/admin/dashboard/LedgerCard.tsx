import type { LedgerCheckView } from '@star-graph/contract/admin/ledger';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatCredits, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';

const texts = defineTexts({
  title: { en: 'Check of the ledger', 'zh-CN': '账本检查' },
  ok: { en: 'Adds up', 'zh-CN': '无误' },
  bad: { en: 'Look into it', 'zh-CN': '需要检查' },
  unchecked: { en: 'Under way for the first time', 'zh-CN': '首次检查进行中' },
  okWords: {
    en: 'Every movement adds up, every balance is that of its movements.',
    'zh-CN': '所有变动均平衡，所有余额均与变动相符。',
  },
  badWords: {
    en: 'Make a backup now, and follow “The books” in the guide to operating.',
    'zh-CN': '请立即备份，并按运维指南中的“The books”一节处理。',
  },
  imbalance: { en: 'All entries add up to', 'zh-CN': '所有分录之和' },
  wrongTransfers: { en: 'Movements that don’t add up', 'zh-CN': '不平衡的变动' },
  wrongBalances: { en: 'Balances that differ from their movements', 'zh-CN': '与变动不符的余额' },
  wrongHolds: { en: 'Credits held wrongly', 'zh-CN': '有误的占用积分' },
  openHolds: { en: 'Held by open tasks', 'zh-CN': '被进行中的任务占用' },
  checked: { en: 'Checked', 'zh-CN': '检查时间' },
});

/** What the last complete check of all movements of credits found; numbers that are right need no line. */
export function LedgerCard({ check }: { check: LedgerCheckView }) {
  const isUnchecked = !check.ok && check.checkedAt === undefined;
  const isBad = !check.ok && !isUnchecked;
  const word = isUnchecked ? texts.unchecked : check.ok ? texts.ok : texts.bad;
  const wrong = (count: number) => (count === 0 ? undefined : <b class="admin-bad">{formatNumber(count)}</b>);
  return (
    <Card
      title={texts.title}
      aside={<Chip tone={isUnchecked ? 'plain' : check.ok ? 'good' : 'bad'}>{word}</Chip>}
    >
      <div id="ledger" class="admin-form">
        {!isUnchecked && <p class="admin-quiet">{isBad ? texts.badWords : texts.okWords}</p>}
        <Facts
          facts={[
            [texts.imbalance, wrong(check.imbalance)],
            [texts.wrongTransfers, wrong(check.wrongTransfers)],
            [texts.wrongBalances, wrong(check.wrongBalances)],
            [texts.wrongHolds, wrong(check.wrongHolds)],
            [texts.openHolds, formatCredits(check.openHolds)],
            [texts.checked, check.checkedAt && <Time key="checked" at={check.checkedAt} />],
          ]}
        />
      </div>
    </Card>
  );
}
