import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Credits', 'zh-CN': '积分' },
  available: { en: 'Available', 'zh-CN': '可用' },
  debt: { en: 'Owed', 'zh-CN': '欠费' },
  debtWords: {
    en: 'A payment was refunded after its credits had been spent. New credits pay this off first; until then you can’t spend or give any.',
    'zh-CN': '有一笔付款被退回，而其积分已被使用。收到的积分将先用于偿还，在此之前无法使用或赠送积分。',
  },
  held: { en: 'Reserved for open tasks', 'zh-CN': '已为进行中的任务预留' },
  giftable: { en: 'Available to give', 'zh-CN': '可赠送' },
  next: { en: 'Available to give next', 'zh-CN': '即将可赠送' },
  claim: { en: 'Collect today’s credits', 'zh-CN': '领取今日积分' },
  claimed: {
    en: (amount: string) => `Collected. You have ${amount}.`,
    'zh-CN': (amount: string) => `已领取。您现有 ${amount}。`,
  },
  voucher: { en: 'Redeem a voucher', 'zh-CN': '使用兑换码' },
  code: { en: 'Code', 'zh-CN': '兑换码' },
  redeem: { en: 'Redeem', 'zh-CN': '兑换' },
  redeemed: {
    en: (amount: string) => `${amount} added`,
    'zh-CN': (amount: string) => `已增加 ${amount}`,
  },
  gift: { en: 'Give credits', 'zh-CN': '赠送积分' },
  to: { en: 'To', 'zh-CN': '赠送给' },
  toHint: {
    en: 'A user name, or discord: followed by a Discord ID.',
    'zh-CN': '用户名，或 discord: 加 Discord ID。',
  },
  amount: { en: 'Credits', 'zh-CN': '积分' },
  reason: { en: 'Message (optional)', 'zh-CN': '留言（可选）' },
  give: { en: 'Give', 'zh-CN': '赠送' },
  askTitle: {
    en: (amount: string, name: string) => `Give ${amount} to ${name}?`,
    'zh-CN': (amount: string, name: string) => `向 ${name} 赠送 ${amount}？`,
  },
  askWords: { en: 'Only the recipient can give them back.', 'zh-CN': '赠送后只能由对方退还。' },
  given: {
    en: (amount: string, name: string) => `${amount} given to ${name}`,
    'zh-CN': (amount: string, name: string) => `已向 ${name} 赠送 ${amount}`,
  },
  lately: { en: 'Last 30 days', 'zh-CN': '最近 30 天' },
  statement: { en: 'Statement', 'zh-CN': '账单' },
  download: { en: 'Download CSV', 'zh-CN': '下载 CSV' },
  empty: { en: 'No credit activity yet', 'zh-CN': '还没有积分变动' },
  what: { en: 'Activity', 'zh-CN': '项目' },
  note: { en: 'Note', 'zh-CN': '备注' },
  change: { en: 'Change', 'zh-CN': '变动' },
  when: { en: 'When', 'zh-CN': '时间' },
});

/** The platform's own notes; people's are shown as they wrote them. */
const noteTexts = defineTexts({
  daily: { en: 'Daily credits', 'zh-CN': '每日积分' },
  signUp: { en: 'For signing up', 'zh-CN': '注册赠送' },
});

export function nameNote(reason: string): string {
  if (reason === 'daily') return noteTexts.daily;
  return reason === 'sign-up' ? noteTexts.signUp : reason;
}

/** What each movement was, by its kind. */
export const kindTexts = defineTexts({
  grant: { en: 'Granted', 'zh-CN': '发放' },
  gift: { en: 'Gift', 'zh-CN': '赠送' },
  hold: { en: 'Reserved for a task', 'zh-CN': '任务预留' },
  capture: { en: 'Task paid', 'zh-CN': '任务支付' },
  'partial-capture': { en: 'Task paid in part', 'zh-CN': '任务部分支付' },
  release: { en: 'Task refunded', 'zh-CN': '任务退回' },
  merge: { en: 'Accounts merged', 'zh-CN': '账号合并' },
  purchase: { en: 'Bought', 'zh-CN': '购买' },
  refund: { en: 'Purchase refunded', 'zh-CN': '购买退款' },
  debt: { en: 'Debt settled', 'zh-CN': '欠款' },
  voucher: { en: 'Voucher', 'zh-CN': '兑换码' },
  reversal: { en: 'Reversed', 'zh-CN': '撤销' },
  text: { en: 'Text written', 'zh-CN': '撰写文字' },
});
