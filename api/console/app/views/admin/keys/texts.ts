import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Service keys', 'zh-CN': '服务密钥' },
  intro: {
    en: 'For bots and other programs of yours, which may act for Discord users',
    'zh-CN': '供机器人等您的程序使用，可代表 Discord 用户操作',
  },
  make: { en: 'Make a service key', 'zh-CN': '创建服务密钥' },
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
  secretHint: {
    en: 'Copy it now: it is never shown again.',
    'zh-CN': '请立即复制，此后不再显示。',
  },
  signs: { en: 'Signs', 'zh-CN': '签名' },
  empty: { en: 'There are no service keys', 'zh-CN': '还没有服务密钥' },
});
