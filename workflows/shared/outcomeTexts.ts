/** What became of a task that has nothing, or not everything, to show, said to its person. Each client says it so. */
export const outcomeTexts = {
  withheld: {
    en: 'The result was made, but is withheld: a safety check or a moderator keeps it from everybody, you too. What it cost is not paid back. Ask the operator to look at it, or change what you ask for.',
    'zh-CN':
      '结果已生成，但已被扣留：安全检查或审核人员已限制查看，任何人（包括您）都无法看到。已花费的积分不予退还。您可以请管理员复核，或修改内容后再试。',
  },
  moreWithheld: {
    en: (count: number) =>
      count === 1
        ? 'One more result is withheld by a safety check or a moderator. What it cost is not paid back.'
        : `${count} more results are withheld by a safety check or a moderator. What they cost is not paid back.`,
    'zh-CN': (count: number) => `另有 ${count} 个结果已被安全检查或审核人员扣留，已花费的积分不予退还。`,
  },
  deleted: {
    en: 'The result is no longer stored: it was deleted, or its time was up.',
    'zh-CN': '结果已不再保存：已被删除，或保存期限已过。',
  },
  /** A graph that broke off by itself; one that ran out of time says so with its problem. */
  failedPaid: {
    en: 'It failed after it had run for a while, and the time it used is paid. Change something and try again.',
    'zh-CN': '运行一段时间后失败，已用的时间照常扣除积分。请修改后重试。',
  },
} as const;
