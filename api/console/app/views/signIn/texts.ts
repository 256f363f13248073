import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  tagline: { en: 'Pictures and video, made on your own GPUs', 'zh-CN': '用您自己的 GPU 创作图片与视频' },
  signIn: { en: 'Sign in', 'zh-CN': '登录' },
  ended: {
    en: 'You were signed out because the session ended. Sign in to pick up where you left off.',
    'zh-CN': '登录已失效。重新登录后，可从刚才的位置继续。',
  },
  register: { en: 'Create account', 'zh-CN': '注册' },
  haveCode: { en: 'Use a link code', 'zh-CN': '使用关联代码' },
  username: { en: 'User name', 'zh-CN': '用户名' },
  usernameHint: {
    en: '3 to 32 letters from a to z, digits, dots, underscores or hyphens',
    'zh-CN': '3 至 32 个字符：小写字母、数字、点、下划线或连字符',
  },
  password: { en: 'Password', 'zh-CN': '密码' },
  passwordHint: { en: 'At least 10 characters', 'zh-CN': '至少 10 个字符' },
  invite: { en: 'Invitation code', 'zh-CN': '邀请码' },
  code: { en: 'Link code', 'zh-CN': '关联代码' },
  codeHint: {
    en: 'Get one with /link in Discord, or under Account in a browser where you’re signed in',
    'zh-CN': '可在 Discord 中用 /link 获取，或在已登录浏览器的账号页面获取',
  },
  secondStep: { en: 'Two-step verification', 'zh-CN': '两步验证' },
  appCode: { en: 'Code from your app', 'zh-CN': '验证器应用的代码' },
  recoveryCode: { en: 'Recovery code', 'zh-CN': '恢复代码' },
  useRecovery: { en: 'Use a recovery code', 'zh-CN': '使用恢复代码' },
  useApp: { en: 'Use the app', 'zh-CN': '使用验证器应用' },
  usePasskey: { en: 'Use a passkey', 'zh-CN': '使用通行密钥' },
  confirm: { en: 'Confirm', 'zh-CN': '确认' },
  back: { en: 'Back to sign-in', 'zh-CN': '返回登录' },
  with: { en: (name: string) => `Continue with ${name}`, 'zh-CN': (name: string) => `使用 ${name} 登录` },
  or: { en: 'or', 'zh-CN': '或' },
  forgot: { en: 'Forgot your password?', 'zh-CN': '忘记密码？' },
  forgotHelp: {
    en: 'Enter your e-mail address and we’ll send a reset link if an account uses it.',
    'zh-CN': '请输入您的邮箱地址。若有账号使用此邮箱，重置链接将发送过去。',
  },
  email: { en: 'E-mail address', 'zh-CN': '邮箱地址' },
  send: { en: 'Send link', 'zh-CN': '发送链接' },
  sent: {
    en: 'If an account uses this address, a link is on its way.',
    'zh-CN': '若有账号使用此邮箱，重置链接已发出。',
  },
  wrongPassword: {
    en: 'Wrong user name or password. Check both, then try again.',
    'zh-CN': '用户名或密码有误，请检查后重试。',
  },
  oldLink: {
    en: 'This link was used or has expired. Sign in here, or restart Star-Graph: npm start prints a new one.',
    'zh-CN': '此链接已使用或已过期。请在此登录，或重新启动 Star-Graph：npm start 会给出新链接。',
  },
  awayLink: {
    en: 'This link only works on the machine that runs Star-Graph. Open it there, or sign in here.',
    'zh-CN': '此链接仅可在运行 Star-Graph 的机器上使用。请在该机器上打开，或在此登录。',
  },
  wrongCode: {
    en: 'This code is wrong, used or expired. Get a new one.',
    'zh-CN': '此代码已使用、有误或已过期，请重新获取。',
  },
});
