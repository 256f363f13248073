import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Link codes', 'zh-CN': '关联代码' },
  elsewhere: { en: 'Sign in elsewhere', 'zh-CN': '在别处登录' },
  elsewhereWords: {
    en: 'A code signs the browser extension, or another device, in to this account. It works once.',
    'zh-CN': '用代码可在浏览器扩展或其他设备上登录此账号。代码只能使用一次。',
  },
  code: { en: 'Code', 'zh-CN': '代码' },
  ends: { en: 'Ends', 'zh-CN': '失效时间：' },
  keep: {
    en: 'Keep it to yourself: whoever has it is you.',
    'zh-CN': '请勿告诉他人，持有代码者即可登录您的账号。',
  },
  make: { en: 'Make a code', 'zh-CN': '生成代码' },
  another: { en: 'Make another', 'zh-CN': '重新生成' },
  merge: { en: 'Merge your Discord account', 'zh-CN': '合并您的 Discord 账号' },
  mergeWords: {
    en: 'Type /link in Discord and enter its code here. Both then share credits, pictures and tasks.',
    'zh-CN': '在 Discord 中输入 /link，并在此填写所得代码。此后双方共享积分、图片与任务。',
  },
  otherCode: { en: 'Code from Discord', 'zh-CN': '来自 Discord 的代码' },
  mergeNow: { en: 'Merge', 'zh-CN': '合并' },
  mergeTitle: {
    en: (who: string) => `Merge ${who} into this account?`,
    'zh-CN': (who: string) => `将 ${who} 合并到此账号？`,
  },
  mergeAsk: {
    en: 'Everything that it has moves here, and whoever it belongs to has a way into this account. Go on only if that is you. You can unlink it later; what has moved stays.',
    'zh-CN':
      '其全部内容将转移到此账号，其所有者也将能进入此账号。请确认对方是您本人。以后可以解除关联，但已转移的内容不会退回。',
  },
  links: { en: 'Linked accounts', 'zh-CN': '已关联账号' },
  linksWords: {
    en: 'Each of these has a way into this account.',
    'zh-CN': '以下每一项都能进入此账号。',
  },
  noLinks: { en: 'Nothing is linked to this account.', 'zh-CN': '此账号没有关联任何账号。' },
  unlink: { en: 'Unlink', 'zh-CN': '解除关联' },
  unlinkTitle: { en: (who: string) => `Unlink ${who}?`, 'zh-CN': (who: string) => `解除关联 ${who}？` },
  unlinkAsk: {
    en: 'It is out at once, and starts with an empty account of its own. Credits, pictures and tasks stay here.',
    'zh-CN': '它将立即失去访问权限，并从一个空账号重新开始。积分、图片与任务保留在此。',
  },
  unlinked: { en: 'Unlinked', 'zh-CN': '已解除关联' },
  merged: { en: 'The accounts are one now', 'zh-CN': '账号已合并' },
});
