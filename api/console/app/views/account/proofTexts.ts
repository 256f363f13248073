import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  password: { en: 'Your password', 'zh-CN': '您的密码' },
  code: { en: 'Second-factor code', 'zh-CN': '两步验证代码' },
  codeHint: {
    en: 'From your app, or a recovery code.',
    'zh-CN': '来自您的验证应用，或使用恢复代码。',
  },
  usePasskey: { en: 'Use a passkey', 'zh-CN': '使用通行密钥' },
  presenceTitle: { en: 'Confirm it’s you', 'zh-CN': '请确认是您本人' },
  presenceWords: {
    en: 'This grants access or outlives this session. Confirm it’s you to continue. You won’t be asked again for ten minutes.',
    'zh-CN': '此操作涉及权限或长期有效，需要您本人确认。确认后会继续刚才的操作，十分钟内不再询问。',
  },
  presenceConfirm: { en: 'Confirm', 'zh-CN': '确认' },
  presenceAgain: {
    en: 'This grants access or outlives this session, so it needs a sign-in within the last ten minutes. Sign out, sign in again, then retry.',
    'zh-CN': '此操作涉及权限或长期有效，需要在登录后十分钟内进行。请退出并重新登录，然后再试一次。',
  },
  signOut: { en: 'Sign out', 'zh-CN': '退出登录' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
});
