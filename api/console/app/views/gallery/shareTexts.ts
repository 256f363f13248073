import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Share', 'zh-CN': '分享' },
  help: {
    en: 'Anyone with the link sees a copy without your name or its settings.',
    'zh-CN': '拥有链接的人可看到一份副本，不含您的名字与生成参数。',
  },
  life: { en: 'Valid for', 'zh-CN': '有效期' },
  day: { en: '1 day', 'zh-CN': '1 天' },
  week: { en: '1 week', 'zh-CN': '1 周' },
  month: { en: '30 days', 'zh-CN': '30 天' },
  showsPrompt: { en: 'Include the prompt', 'zh-CN': '同时显示提示词' },
  make: { en: 'Create link', 'zh-CN': '生成链接' },
  link: { en: 'Link', 'zh-CN': '链接' },
  copy: { en: 'Copy link', 'zh-CN': '复制链接' },
  copied: { en: 'Link copied', 'zh-CN': '链接已复制' },
  working: { en: 'Active links', 'zh-CN': '有效链接' },
  ends: { en: 'Expires', 'zh-CN': '到期：' },
  withPrompt: { en: 'with prompt', 'zh-CN': '含提示词' },
  withdraw: { en: 'Revoke', 'zh-CN': '撤销' },
});
