import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Service keys', 'zh-CN': '服务密钥' },
  intro: {
    en: 'For bots and other programs of yours, which may act for Discord users',
    'zh-CN': '供机器人等您的程序使用，可代表 Discord 用户操作',
  },
  make: { en: 'Make a service key', 'zh-CN': '创建服务密钥' },
  name: { en: 'Name', 'zh-CN': '名称' },
  ends: { en: 'Ends', 'zh-CN': '有效期至' },
  never: { en: 'Never', 'zh-CN': '永久' },
  days: { en: (days: number) => `In ${days} days`, 'zh-CN': (days: number) => `${days} 天后` },
  networks: { en: 'Works from', 'zh-CN': '允许的来源' },
  networksHint: {
    en: 'Addresses and ranges such as 192.0.2.0/24, with commas between them. Empty: from everywhere.',
    'zh-CN': '地址或网段，例如 192.0.2.0/24，以逗号分隔。留空则不限。',
  },
  everywhere: { en: 'Everywhere', 'zh-CN': '不限' },
  signed: { en: 'Its requests have to be signed', 'zh-CN': '请求必须签名' },
  signedHint: {
    en: 'It is never taken as Bearer, and cannot connect over STOMP.',
    'zh-CN': '不能作为 Bearer 使用，也不能通过 STOMP 连接。',
  },
  secret: { en: (name: string) => `The key ${name}`, 'zh-CN': (name: string) => `密钥 ${name}` },
  secretHint: {
    en: 'Copy it now: it is never shown again.',
    'zh-CN': '请立即复制，此后不再显示。',
  },
  done: { en: 'I have it', 'zh-CN': '已保存' },
  empty: { en: 'There are no service keys', 'zh-CN': '还没有服务密钥' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  unused: { en: 'Not yet', 'zh-CN': '尚未' },
  actions: { en: 'Actions', 'zh-CN': '操作' },
  revoke: { en: 'Revoke', 'zh-CN': '撤销' },
  askTitle: { en: (name: string) => `Revoke ${name}?`, 'zh-CN': (name: string) => `撤销 ${name}？` },
  askWords: {
    en: 'Programs that use it stop at once. This cannot be taken back.',
    'zh-CN': '使用它的程序会立即失效，且无法恢复。',
  },
});
