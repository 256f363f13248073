import { inCredits } from '@star-graph/workflows/shared/inCredits';

/** Sentences about a server's shared credits, in English. */
export const enShared = {
  paid: (cost: number) => `${inCredits(cost)} from the server's shared credits`,
  price: (cost: number, left: number, perDay: number) =>
    `Costs ${inCredits(cost)} from the server's shared credits, ${left} of your ${perDay} left today.`,
  left: (left: number, perDay: number) => `${left} of your ${perDay} left today`,
  balance: (available: number) => `This server has ${inCredits(available)} to share.`,
  allowance: (left: number, perDay: number) =>
    `From the server's shared credits, you have ${left} of your ${perDay} left today.`,
  cancelled: (charged: number, cost: number) =>
    charged === 0
      ? 'Cancelled. The server got its credits back.'
      : `Cancelled. The part that was done cost the server ${charged} of ${inCredits(cost)}. It got the other ${cost - charged} back.`,
  shortage: (left: number, perDay: number, available: number) =>
    `The server's shared credits do not cover it: you have ${left} of your ${perDay} left today, and the server has ${available}.`,
  given: (amount: number, left: number, available: number) =>
    `You gave ${inCredits(amount)} to this server. You have ${left} left, and the server has ${available} to share.`,
  granted: (available: number) => `Done. This server now has ${inCredits(available)} to share.`,
  statementTitle: "The server's shared credits",
  nothingYet: 'Nothing has been given or used yet. Members can /share credits, and so can administrators.',
  kind: {
    grant: 'from the administrators',
    gift: 'given',
    hold: 'for a task',
    capture: 'paid for a task',
    'partial-capture': 'back from a cancelled task',
    release: 'back from a task',
    merge: 'moved',
    purchase: 'bought',
    refund: 'payment sent back',
    debt: 'owed for a payment that went back',
    voucher: 'voucher',
    reversal: 'reversed',
  },
};
