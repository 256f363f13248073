import type { enShared } from '../en/sharedCredits.ts';

/** 服务器共享积分，简体中文。 */
export const zhCNShared: typeof enShared = {
  paid: (cost) => `${cost} 积分，由服务器的共享积分支付`,
  price: (cost, left, perDay) =>
    `花费 ${cost} 积分，由服务器的共享积分支付，您今天还剩 ${left} 积分，共 ${perDay} 积分。`,
  left: (left, perDay) => `您今天还剩 ${left} 积分，共 ${perDay} 积分`,
  balance: (available) => `本服务器有 ${available} 共享积分。`,
  allowance: (left, perDay) => `服务器的共享积分中，您今天还可使用 ${left} 积分，共 ${perDay} 积分。`,
  cancelled: (charged, cost) =>
    charged === 0
      ? '已取消，积分已退回服务器。'
      : `已取消。已完成的部分由服务器支付 ${charged} 积分（共 ${cost} 积分），其余 ${cost - charged} 积分已退回服务器。`,
  shortage: (left, perDay, available) =>
    `服务器的共享积分不足以支付：您今天还剩 ${left} 积分，共 ${perDay} 积分；服务器有 ${available} 积分。`,
  given: (amount, left, available) =>
    `您向本服务器赠送了 ${amount} 积分，您还剩 ${left} 积分。服务器现有 ${available} 共享积分。`,
  granted: (available) => `完成。本服务器现有 ${available} 共享积分。`,
  statementTitle: '服务器的共享积分',
  nothingYet: '尚无积分存入或使用。成员可用 /共享 存入积分，管理人员也可发放。',
  kind: {
    grant: '由管理人员发放',
    gift: '成员赠送',
    hold: '用于任务',
    capture: '支付任务',
    'partial-capture': '取消任务后退回',
    release: '任务退回',
    merge: '转入',
    purchase: '购买',
    refund: '付款已退回',
    debt: '偿还已退款的欠额',
    voucher: '兑换码',
    reversal: '冲正',
  },
};
