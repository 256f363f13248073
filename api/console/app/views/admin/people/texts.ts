import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'People', 'zh-CN': '用户' },
  search: { en: 'Name, e-mail address, Discord id or id', 'zh-CN': '用户名、邮箱、Discord ID 或 ID' },
  clear: { en: 'Show everybody', 'zh-CN': '显示所有人' },
  nobody: { en: 'Nobody is called so', 'zh-CN': '没有找到用户' },
  name: { en: 'Name', 'zh-CN': '名称' },
  role: { en: 'Role', 'zh-CN': '角色' },
  user: { en: 'User', 'zh-CN': '用户' },
  moderator: { en: 'Moderator', 'zh-CN': '版主' },
  admin: { en: 'Administrator', 'zh-CN': '管理员' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  openTasks: { en: 'Open tasks', 'zh-CN': '进行中的任务' },
  since: { en: 'Since', 'zh-CN': '注册时间' },
  blocked: { en: 'Blocked', 'zh-CN': '已停用' },
  block: { en: 'Block', 'zh-CN': '停用' },
  unblock: { en: 'Unblock', 'zh-CN': '恢复' },
  blockTitle: { en: (name: string) => `Block ${name}?`, 'zh-CN': (name: string) => `停用 ${name}？` },
  blockWords: {
    en: 'All sessions and keys end at once, and unfinished tasks are cancelled and refunded. Pictures and credits stay.',
    'zh-CN': '所有登录与密钥会立即失效，未完成的任务会被取消并退回积分。图片与积分会保留。',
  },
  secondFactor: { en: 'Second factor', 'zh-CN': '两步验证' },
  yes: { en: 'Yes', 'zh-CN': '是' },
  no: { en: 'No', 'zh-CN': '否' },
  email: { en: 'E-mail address', 'zh-CN': '邮箱' },
  held: { en: 'Held by open tasks', 'zh-CN': '被进行中的任务占用' },
  identities: { en: 'Linked accounts', 'zh-CN': '关联账号' },
  changeCredits: { en: 'Give or take credits', 'zh-CN': '增减积分' },
  amount: { en: 'Credits', 'zh-CN': '积分' },
  amountHint: { en: 'A negative number takes them away.', 'zh-CN': '负数表示扣除。' },
  reason: { en: 'Reason', 'zh-CN': '原因' },
  reasonHint: { en: 'The person sees it on the statement.', 'zh-CN': '用户会在账单中看到。' },
  give: { en: 'Change credits', 'zh-CN': '确认' },
  given: {
    en: (amount: string) => `The balance is now ${amount}`,
    'zh-CN': (amount: string) => `现在余额为 ${amount}`,
  },
  audit: { en: 'What was done to this account', 'zh-CN': '此账号的操作记录' },
});

export const nameRole = (role: 'user' | 'moderator' | 'admin'): string => texts[role];
