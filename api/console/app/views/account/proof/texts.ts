import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  password: { en: 'Your password', 'zh-CN': '您的密码' },
  code: { en: 'Code of your second factor', 'zh-CN': '两步验证代码' },
  codeHint: {
    en: 'From your app, or a recovery code.',
    'zh-CN': '来自您的验证应用，或使用恢复代码。',
  },
  usePasskey: { en: 'Use a passkey', 'zh-CN': '使用通行密钥' },
  recent: {
    en: 'If you signed in more than ten minutes ago, sign in anew first.',
    'zh-CN': '如果您登录已超过十分钟，请先重新登录。',
  },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
});
