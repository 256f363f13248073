import type { LedgerCheckView } from '../../../../../contract/admin/ledger.ts';
import { Chip } from '../../../../../ui/feedback/Chip.tsx';
import { Card, Facts } from '../../../../../ui/layout/Card.tsx';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';
import { formatCredits, formatNumber } from '../../../../../ui/texts/formats.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';

const texts = defineTexts({
  title: { en: 'Check of the ledger', 'zh-CN': '账本检查' },
  ok: { en: 'Adds up', 'zh-CN': '无误' },
  bad: { en: 'Look into it', 'zh-CN': '需要检查' },
  unchecked: { en: 'Under way for the first time', 'zh-CN': '首次检查进行中' },
  imbalance: { en: 'All entries add up to', 'zh-CN': '所有分录之和' },
  wrongTransfers: { en: 'Movements that do not add up', 'zh-CN': '不平衡的变动' },
  wrongBalances: { en: 'Balances that differ from their movements', 'zh-CN': '与变动不符的余额' },
  wrongHolds: { en: 'Credits held wrongly', 'zh-CN': '有误的占用积分' },
  openHolds: { en: 'Held by open tasks', 'zh-CN': '被进行中的任务占用' },
  checked: { en: 'Checked', 'zh-CN': '检查时间' },
});

/** What the last complete check of all movements of credits found. */
export function LedgerCard({ check }: { check: LedgerCheckView }) {
  const isUnchecked = !check.ok && check.checkedAt === undefined;
  const word = isUnchecked ? texts.unchecked : check.ok ? texts.ok : texts.bad;
  const tone = isUnchecked ? 'plain' : check.ok ? 'good' : 'bad';
  return (
    <Card title={texts.title} aside={<Chip tone={tone}>{word}</Chip>}>
      <Facts
        facts={[
          [texts.imbalance, formatCredits(check.imbalance)],
          [texts.wrongTransfers, formatNumber(check.wrongTransfers)],
          [texts.wrongBalances, formatNumber(check.wrongBalances)],
          [texts.wrongHolds, formatNumber(check.wrongHolds)],
          [texts.openHolds, formatCredits(check.openHolds)],
          [texts.checked, check.checkedAt && <Time key="checked" at={check.checkedAt} />],
        ]}
      />
    </Card>
  );
}
