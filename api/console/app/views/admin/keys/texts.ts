import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Service keys', 'zh-CN': '服务密钥' },
  intro: {
    en: 'For your bots and other programs, which can act for Discord users or for the people of a program such as Open WebUI',
    'zh-CN': '供机器人等您的程序使用，可代表 Discord 用户，或 Open WebUI 等程序的用户操作',
  },
  make: { en: 'Create a service key', 'zh-CN': '创建服务密钥' },
  networks: { en: 'Allowed from', 'zh-CN': '允许的来源' },
  networksHint: {
    en: 'Addresses or ranges such as 192.0.2.0/24, separated by commas. Leave empty to allow all.',
    'zh-CN': '地址或网段，例如 192.0.2.0/24，以逗号分隔。留空则不限。',
  },
  everywhere: { en: 'Anywhere', 'zh-CN': '不限' },
  signed: { en: 'Requests must be signed', 'zh-CN': '请求必须签名' },
  signedHint: {
    en: 'Can’t be used as Bearer or over STOMP.',
    'zh-CN': '不能作为 Bearer 使用，也不能通过 STOMP 连接。',
  },
  secretHint: {
    en: 'Copy it now. You won’t see it again.',
    'zh-CN': '请立即复制，此后不再显示。',
  },
  people: { en: 'Acts for people of', 'zh-CN': '代表以下程序的用户' },
  peopleHint: {
    en: 'A name for the program, such as openwebui. The key then only works with the interfaces for other programs, for the person named in each request. Leave empty to act for Discord users.',
    'zh-CN':
      '为该程序起的名称，例如 openwebui。此后该密钥仅用于各入口，代表每个请求所指明的用户。留空则代表 Discord 用户。',
  },
  namesSigned: { en: 'Names must be signed', 'zh-CN': '用户名须经签名' },
  namesSignedHint: {
    en: 'The program signs them with a secret that’s shown once, so a leaked key can’t act for anyone.',
    'zh-CN': '程序使用仅显示一次的密钥签名，即使服务密钥泄露也无法冒充任何人。',
  },
  peopleOf: {
    en: (of: string) => `People of ${of}`,
    'zh-CN': (of: string) => `${of} 的用户`,
  },
  shardsOf: {
    en: (name: string, shards: string) => `${name}: ${shards === '' ? 'no shard yet' : `shards ${shards}`}`,
    'zh-CN': (name: string, shards: string) => `${name}：${shards === '' ? '尚无分片' : `分片 ${shards}`}`,
  },
  shardsLost: {
    en: (shards: string) => `No process runs shards ${shards}`,
    'zh-CN': (shards: string) => `没有进程负责分片 ${shards}`,
  },
  signs: { en: 'Signs', 'zh-CN': '签名' },
  empty: { en: 'No service keys yet', 'zh-CN': '还没有服务密钥' },
});
