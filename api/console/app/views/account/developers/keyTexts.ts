import { defineTexts } from '@star-graph/ui/texts/defineTexts';

/** Of keys of people and of services alike. */
export const keyTexts = defineTexts({
  name: { en: 'Name', 'zh-CN': '名称' },
  ends: { en: 'Expires', 'zh-CN': '有效期至' },
  never: { en: 'Never', 'zh-CN': '永久' },
  days: { en: (days: number) => `In ${days} days`, 'zh-CN': (days: number) => `${days} 天后` },
  secret: { en: (name: string) => `Key: ${name}`, 'zh-CN': (name: string) => `密钥：${name}` },
  done: { en: 'Done', 'zh-CN': '完成' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  unused: { en: 'Never', 'zh-CN': '从未' },
  withdraw: { en: 'Revoke', 'zh-CN': '撤销' },
  askTitle: { en: (name: string) => `Revoke ${name}?`, 'zh-CN': (name: string) => `撤销 ${name}？` },
  askWords: {
    en: 'Anything that uses it stops working immediately. This can’t be undone.',
    'zh-CN': '使用它的程序会立即失效，且无法恢复。',
  },
  peopleSecret: { en: 'Secret that signs names', 'zh-CN': '用户名签名密钥' },
  peopleSecretHint: {
    en: 'In Open WebUI: FORWARD_USER_INFO_HEADER_JWT_SECRET. Copy it now: it is never shown again.',
    'zh-CN': '在 Open WebUI 中：FORWARD_USER_INFO_HEADER_JWT_SECRET。请立即复制，此后不再显示。',
  },
});
