import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Your account', 'zh-CN': '您的账号' },
  user: { en: 'User', 'zh-CN': '用户' },
  moderator: { en: 'Moderator', 'zh-CN': '版主' },
  admin: { en: 'Administrator', 'zh-CN': '管理员' },
  signOut: { en: 'Sign out', 'zh-CN': '退出登录' },
  appearance: { en: 'Language and appearance', 'zh-CN': '语言与外观' },
  language: { en: 'Language', 'zh-CN': '语言' },
  languageHint: {
    en: 'Also used for e-mails to you.',
    'zh-CN': '发送给您的邮件也使用此语言。',
  },
  theme: { en: 'Theme', 'zh-CN': '主题' },
  themeHint: { en: 'This browser only.', 'zh-CN': '仅限此浏览器。' },
  auto: { en: 'System', 'zh-CN': '跟随系统' },
  light: { en: 'Light', 'zh-CN': '浅色' },
  dark: { en: 'Dark', 'zh-CN': '深色' },
  deletion: { en: 'Delete your account', 'zh-CN': '删除账号' },
  deletionWords: {
    en: 'Erases everything you made and wrote. Any credits left are lost.',
    'zh-CN': '您生成与填写的全部内容都会被清除，剩余积分也会作废。',
  },
  deletionRecent: {
    en: 'If you signed in more than ten minutes ago, sign in again first.',
    'zh-CN': '如果您登录已超过十分钟，请先重新登录。',
  },
  deletionStart: { en: 'Delete your account…', 'zh-CN': '删除账号…' },
  deleteAccount: { en: 'Delete account', 'zh-CN': '删除账号' },
  deletionTitle: { en: 'Delete this account?', 'zh-CN': '删除此账号？' },
  deletionAsk: {
    en: 'All sessions, keys and shared links stop working immediately. This can’t be undone.',
    'zh-CN': '所有登录、密钥与分享链接会立即失效，且无法恢复。',
  },
  facts: { en: 'About this account', 'zh-CN': '账号信息' },
  since: { en: 'Joined', 'zh-CN': '注册时间' },
});
