import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'E-mail', 'zh-CN': '邮箱' },
  use: {
    en: 'Used only to reset your password if you forget it. Nobody else can see it.',
    'zh-CN': '仅用于在忘记密码时重设密码，不会向他人显示。',
  },
  noMail: {
    en: 'E-mail isn’t set up on this server. If you forget your password, ask an administrator.',
    'zh-CN': '此平台未配置邮件。若忘记密码，请联系管理员。',
  },
  none: { en: 'None', 'zh-CN': '未设置' },
  verified: { en: 'Verified', 'zh-CN': '已验证' },
  waits: { en: 'Waiting for confirmation', 'zh-CN': '待验证' },
  pending: {
    en: (address: string) => `We sent a link to ${address}. Open it to confirm the address. It expires`,
    'zh-CN': (address: string) => `已向 ${address} 发送链接，请在邮件中打开以完成验证。失效时间：`,
  },
  look: { en: 'I’ve opened it', 'zh-CN': '我已打开' },
  set: { en: 'Add an address', 'zh-CN': '设置邮箱' },
  change: { en: 'Change the address', 'zh-CN': '更改邮箱' },
  address: { en: 'E-mail address', 'zh-CN': '邮箱地址' },
  addressHint: {
    en: 'We’ll send a link there. Nothing changes until you open it.',
    'zh-CN': '我们会向该地址发送链接，打开之前不会有任何改变。',
  },
  send: { en: 'Send link', 'zh-CN': '发送链接' },
  sent: { en: 'Link sent', 'zh-CN': '链接已发出' },
  remove: { en: 'Remove', 'zh-CN': '移除' },
  removeTitle: { en: 'Remove the e-mail address?', 'zh-CN': '移除邮箱地址？' },
  removeWords: {
    en: 'Without it, only an administrator can help if you forget your password. Unused links stop working.',
    'zh-CN': '移除后若忘记密码，只能由管理员协助。未使用的链接也会失效。',
  },
});
