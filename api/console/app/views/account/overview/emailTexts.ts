import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'E-mail', 'zh-CN': '邮箱' },
  use: {
    en: 'By it you get a new password if you forget yours. It is used for nothing else, and nobody else sees it.',
    'zh-CN': '忘记密码时用它重设密码，不作其他用途，也不会向他人显示。',
  },
  noMail: {
    en: 'This installation sends no e-mail, so no address can be kept. If you lose your password, ask an administrator.',
    'zh-CN': '此平台未开通邮件发送，因此无法设置邮箱。若忘记密码，请联系管理员。',
  },
  none: { en: 'None', 'zh-CN': '未设置' },
  verified: { en: 'Verified', 'zh-CN': '已验证' },
  waits: { en: 'Waits for its link', 'zh-CN': '等待验证' },
  pending: {
    en: (address: string) => `A link went to ${address}. Open it there to make the address count; it ends`,
    'zh-CN': (address: string) => `已向 ${address} 发送链接，请在邮件中打开以完成验证。失效时间：`,
  },
  look: { en: 'I have opened it', 'zh-CN': '我已打开' },
  set: { en: 'Set an address', 'zh-CN': '设置邮箱' },
  change: { en: 'Change the address', 'zh-CN': '更改邮箱' },
  address: { en: 'E-mail address', 'zh-CN': '邮箱地址' },
  addressHint: {
    en: 'A link goes there. Until it is opened, nothing changes.',
    'zh-CN': '我们会向该地址发送链接，打开之前不会有任何改变。',
  },
  send: { en: 'Send the link', 'zh-CN': '发送链接' },
  sent: { en: 'The link is on its way', 'zh-CN': '链接已发出' },
  remove: { en: 'Remove', 'zh-CN': '移除' },
  removeTitle: { en: 'Remove the e-mail address?', 'zh-CN': '移除邮箱地址？' },
  removeWords: {
    en: 'Without it only an administrator can help when your password is lost. Unused links end too.',
    'zh-CN': '移除后若忘记密码，只能由管理员协助。未使用的链接也会失效。',
  },
});
