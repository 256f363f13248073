import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'API keys', 'zh-CN': 'API 密钥' },
  intro: {
    en: 'For your own programs. They act as you and spend your credits.',
    'zh-CN': '供您自己的程序使用。程序以您的身份运行，并消耗您的积分。',
  },
  make: { en: 'Make a key', 'zh-CN': '创建密钥' },
  name: { en: 'Name', 'zh-CN': '名称' },
  nameHint: { en: 'So that you know it again.', 'zh-CN': '便于您日后辨认。' },
  may: { en: 'It may', 'zh-CN': '权限' },
  all: { en: 'Everything', 'zh-CN': '全部' },
  create: { en: 'Create pictures', 'zh-CN': '生成图片' },
  read: { en: 'Read', 'zh-CN': '只读' },
  allHint: {
    en: 'All that you may, other than making keys and sign-ins.',
    'zh-CN': '您能做的一切，但不能创建密钥或登录。',
  },
  createHint: { en: 'Tasks and pictures, and nothing else.', 'zh-CN': '仅限任务与图片。' },
  readHint: {
    en: 'Your tasks and your account, without changes.',
    'zh-CN': '可查看您的任务与账号，不能更改。',
  },
  ends: { en: 'Ends', 'zh-CN': '有效期至' },
  never: { en: 'Never', 'zh-CN': '永久' },
  days: { en: (days: number) => `In ${days} days`, 'zh-CN': (days: number) => `${days} 天后` },
  secret: { en: (name: string) => `The key ${name}`, 'zh-CN': (name: string) => `密钥 ${name}` },
  secretHint: {
    en: 'Copy it now: it is never shown again. Programs send it as Authorization: Bearer.',
    'zh-CN': '请立即复制，此后不再显示。程序以 Authorization: Bearer 发送。',
  },
  done: { en: 'I have it', 'zh-CN': '已保存' },
  empty: { en: 'You have no keys', 'zh-CN': '您还没有密钥' },
  made: { en: 'Made', 'zh-CN': '创建时间' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  unused: { en: 'Not yet', 'zh-CN': '尚未' },
  actions: { en: 'Actions', 'zh-CN': '操作' },
  withdraw: { en: 'Withdraw', 'zh-CN': '撤销' },
  askTitle: { en: (name: string) => `Withdraw ${name}?`, 'zh-CN': (name: string) => `撤销 ${name}？` },
  askWords: {
    en: 'Programs that use it stop at once. This cannot be taken back.',
    'zh-CN': '使用它的程序会立即失效，且无法恢复。',
  },
});
