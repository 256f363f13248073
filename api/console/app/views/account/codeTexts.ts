import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Link codes', 'zh-CN': '关联代码' },
  elsewhere: { en: 'Sign in elsewhere', 'zh-CN': '在别处登录' },
  elsewhereWords: {
    en: 'Use a code to sign in to this account on another device, or in Discord. Each code works once.',
    'zh-CN': '用代码可在其他设备或 Discord 中登录此账号。代码只能使用一次。',
  },
  connect: { en: 'Connect the extension', 'zh-CN': '连接浏览器扩展' },
  connectWords: {
    en: 'Open this link in the browser that has the extension, or scan it with a phone. Then press the extension’s button in the toolbar.',
    'zh-CN': '在装有扩展的浏览器中打开此链接，或用手机扫码，然后点按工具栏中的扩展按钮。',
  },
  connectLink: { en: 'Link', 'zh-CN': '链接' },
  connectHint: {
    en: 'It has no secret in it: you answer here before anything is connected.',
    'zh-CN': '链接不含机密信息：须经您在此确认，扩展才会连接。',
  },
  connectQr: { en: 'QR code of the link', 'zh-CN': '链接的二维码' },
  code: { en: 'Code', 'zh-CN': '代码' },
  ends: { en: 'Expires', 'zh-CN': '失效时间：' },
  keep: {
    en: 'Don’t share it. Anyone who has it can sign in as you.',
    'zh-CN': '请勿告诉他人，持有代码者即可登录您的账号。',
  },
  make: { en: 'Get a code', 'zh-CN': '生成代码' },
  another: { en: 'Get another code', 'zh-CN': '重新生成' },
  merge: { en: 'Merge your Discord account', 'zh-CN': '合并您的 Discord 账号' },
  mergeWords: {
    en: 'Type /link in Discord, then enter the code here. Both accounts will share credits, pictures and tasks.',
    'zh-CN': '在 Discord 中输入 /link，并在此填写所得代码。此后双方共享积分、图片与任务。',
  },
  otherCode: { en: 'Code from Discord', 'zh-CN': '来自 Discord 的代码' },
  mergeNow: { en: 'Merge', 'zh-CN': '合并' },
  mergeTitle: {
    en: (who: string) => `Merge ${who} into this account?`,
    'zh-CN': (who: string) => `将 ${who} 合并到此账号？`,
  },
  mergeAsk: {
    en: 'Everything in that account moves here, and its owner will be able to sign in to this account. Continue only if that’s you. You can unlink it later, but what has moved stays here.',
    'zh-CN':
      '其全部内容将转移到此账号，其所有者也将能进入此账号。请确认对方是您本人。以后可以解除关联，但已转移的内容不会退回。',
  },
  links: { en: 'Linked accounts', 'zh-CN': '已关联账号' },
  linksWords: {
    en: 'Each of these can sign in to this account.',
    'zh-CN': '以下每一项都能进入此账号。',
  },
  noLinks: { en: 'No linked accounts.', 'zh-CN': '没有关联的账号。' },
  unlink: { en: 'Unlink', 'zh-CN': '解除关联' },
  unlinkTitle: { en: (who: string) => `Unlink ${who}?`, 'zh-CN': (who: string) => `解除关联 ${who}？` },
  unlinkAsk: {
    en: 'It loses access immediately and starts over with an empty account. Credits, pictures and tasks stay here.',
    'zh-CN': '它将立即失去访问权限，并从一个空账号重新开始。积分、图片与任务保留在此。',
  },
  unlinked: { en: 'Unlinked', 'zh-CN': '已解除关联' },
  merged: { en: 'Accounts merged', 'zh-CN': '账号已合并' },
});
