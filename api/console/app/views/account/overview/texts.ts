import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Your account', 'zh-CN': '您的账号' },
  user: { en: 'User', 'zh-CN': '用户' },
  moderator: { en: 'Moderator', 'zh-CN': '版主' },
  admin: { en: 'Administrator', 'zh-CN': '管理员' },
  signOut: { en: 'Sign out', 'zh-CN': '退出登录' },
  appearance: { en: 'Language and look', 'zh-CN': '语言与外观' },
  language: { en: 'Language', 'zh-CN': '语言' },
  languageHint: {
    en: 'Of your account: e-mails follow it too.',
    'zh-CN': '适用于您的账号，邮件也会使用此语言。',
  },
  theme: { en: 'Theme', 'zh-CN': '主题' },
  themeHint: { en: 'In this browser.', 'zh-CN': '仅限此浏览器。' },
  auto: { en: 'As the system', 'zh-CN': '跟随系统' },
  light: { en: 'Light', 'zh-CN': '浅色' },
  dark: { en: 'Dark', 'zh-CN': '深色' },
  password: { en: 'Password', 'zh-CN': '密码' },
  oldPassword: { en: 'Current password', 'zh-CN': '当前密码' },
  newPassword: { en: 'New password', 'zh-CN': '新密码' },
  newHint: {
    en: 'At least 10 characters. Your other sessions end.',
    'zh-CN': '至少 10 个字符。您的其他登录会随之结束。',
  },
  factorCode: { en: 'Code of your second factor', 'zh-CN': '两步验证代码' },
  factorHint: { en: 'From your app, or a recovery code.', 'zh-CN': '来自您的验证应用，或使用恢复代码。' },
  changePassword: { en: 'Change password', 'zh-CN': '更改密码' },
  passwordChanged: { en: 'The password is changed', 'zh-CN': '密码已更改' },
  facts: { en: 'About this account', 'zh-CN': '账号信息' },
  since: { en: 'Since', 'zh-CN': '注册时间' },
  identities: { en: 'Linked accounts', 'zh-CN': '关联账号' },
});
