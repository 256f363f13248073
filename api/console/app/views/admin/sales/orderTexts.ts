import type { AdminOrderView } from '@star-graph/contract/payments/orders';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  orders: { en: 'Orders', 'zh-CN': '订单' },
  state: { en: 'State', 'zh-CN': '状态' },
  open: { en: 'Unpaid', 'zh-CN': '待付款' },
  paid: { en: 'Paid', 'zh-CN': '已付款' },
  expired: { en: 'Expired', 'zh-CN': '已过期' },
  refused: { en: 'Refused', 'zh-CN': '被拒绝' },
  mismatched: { en: 'Wrong amount paid', 'zh-CN': '付款金额不符' },
  ofPerson: { en: 'Filter by person', 'zh-CN': '按用户筛选' },
  anybody: { en: 'Anyone', 'zh-CN': '所有人' },
  none: { en: 'No orders yet', 'zh-CN': '还没有订单' },
  noneWords: {
    en: 'Orders appear here when people buy a package.',
    'zh-CN': '用户购买套餐后，订单会显示在这里。',
  },
  noneSo: { en: 'No matching orders', 'zh-CN': '没有符合条件的订单' },
  noneSoWords: { en: 'Try another state or person.', 'zh-CN': '请更换状态或用户。' },
  what: { en: 'Item', 'zh-CN': '内容' },
  person: { en: 'Person', 'zh-CN': '用户' },
  price: { en: 'Price', 'zh-CN': '价格' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  when: { en: 'Ordered', 'zh-CN': '下单时间' },
  paidAt: { en: 'Paid at', 'zh-CN': '付款时间' },
  expiresAt: { en: 'Open until', 'zh-CN': '有效期至' },
  way: { en: 'Paid by', 'zh-CN': '付款方式' },
  stripe: { en: 'Stripe', 'zh-CN': 'Stripe' },
  outside: { en: 'Outside Stripe', 'zh-CN': '站外付款' },
  checkout: { en: 'Stripe checkout', 'zh-CN': 'Stripe 结账编号' },
  payment: { en: 'Stripe payment', 'zh-CN': 'Stripe 付款编号' },
  fault: { en: 'Problem', 'zh-CN': '问题' },
  refunded: { en: 'Refunded', 'zh-CN': '已退款' },
  disputed: { en: 'Disputed amount', 'zh-CN': '银行争议金额' },
  takenBack: { en: 'Credits taken back', 'zh-CN': '已收回的积分' },
  partly: { en: 'Partly refunded', 'zh-CN': '已付款，部分退款' },
  wholly: { en: 'Refunded', 'zh-CN': '已退款' },
  dispute: { en: 'Disputed', 'zh-CN': '存在争议' },
  refundTitle: { en: 'Refund', 'zh-CN': '退款' },
  sum: {
    en: (currency: string) => `Amount in ${currency}`,
    'zh-CN': (currency: string) => `金额（${currency}）`,
  },
  most: { en: (price: string) => `At most ${price}`, 'zh-CN': (price: string) => `最多 ${price}` },
  reason: { en: 'Reason', 'zh-CN': '原因' },
  reasonHint: { en: 'Recorded in the audit log.', 'zh-CN': '会记录在审计日志中。' },
  refund: { en: (price: string) => `Refund ${price}`, 'zh-CN': (price: string) => `退款 ${price}` },
  askRefund: {
    en: (price: string, name: string) => `Refund ${price} to ${name}?`,
    'zh-CN': (price: string, name: string) => `向 ${name} 退款 ${price}？`,
  },
  refundByStripe: {
    en: (credits: string) =>
      `Stripe refunds the original payment method, and ${credits} are taken back. Credits already spent become a debt. This can’t be undone.`,
    'zh-CN': (credits: string) =>
      `Stripe 会原路退回，同时收回 ${credits}。已花掉的部分会成为欠款。此操作无法撤销。`,
  },
  refundOutside: {
    en: (credits: string) =>
      `Send the money yourself: the platform only records it and takes back ${credits}. Credits already spent become a debt. This can’t be undone.`,
    'zh-CN': (credits: string) =>
      `请您自行退还款项：平台只作记录，并收回 ${credits}。已花掉的部分会成为欠款。此操作无法撤销。`,
  },
  refundDone: {
    en: (price: string) => `${price} refunded in total`,
    'zh-CN': (price: string) => `共退款 ${price}`,
  },
  confirmTitle: { en: 'Mark as paid', 'zh-CN': '标记为已付款' },
  acceptTitle: { en: 'Accept this amount', 'zh-CN': '接受实付金额' },
  proof: { en: 'Proof of payment', 'zh-CN': '付款凭据' },
  proofHint: {
    en: 'For example, the bank transfer number. Recorded in the audit log.',
    'zh-CN': '例如银行转账编号。会记录在审计日志中。',
  },
  confirm: {
    en: (credits: string) => `Confirm and add ${credits}`,
    'zh-CN': (credits: string) => `确认并发放 ${credits}`,
  },
  askConfirm: {
    en: (price: string) => `Was ${price} paid?`,
    'zh-CN': (price: string) => `确认已收到 ${price}？`,
  },
  confirmWords: {
    en: (credits: string, name: string) => `${name} gets ${credits} immediately.`,
    'zh-CN': (credits: string, name: string) => `${name} 会立即获得 ${credits}。`,
  },
  confirmed: { en: 'Credits added', 'zh-CN': '积分已发放' },
  check: { en: 'Check with Stripe', 'zh-CN': '向 Stripe 查询' },
  checked: { en: 'Updated from Stripe', 'zh-CN': '已更新为 Stripe 的结果' },
});

export const orderStates = [
  'mismatched',
  'open',
  'paid',
  'expired',
  'refused',
] as const satisfies readonly AdminOrderView['state'][];

interface Said {
  word: string;
  tone: 'plain' | 'good' | 'warn' | 'bad';
}

const tones = { open: 'plain', paid: 'good', expired: 'plain', refused: 'bad', mismatched: 'bad' } as const;

/** In a word: what went back of a paid order counts more than that it was paid. */
export function nameOrderState({ state, amount, refunded, disputed }: AdminOrderView): Said {
  if (disputed > 0) return { word: texts.dispute, tone: 'bad' };
  if (refunded >= amount) return { word: texts.wholly, tone: 'plain' };
  if (refunded > 0) return { word: texts.partly, tone: 'warn' };
  return { word: texts[state], tone: tones[state] };
}
