import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'API keys', 'zh-CN': 'API 密钥' },
  intro: {
    en: 'For your own scripts and apps. They act as you and spend your credits.',
    'zh-CN': '供您自己的程序使用。程序以您的身份运行，并消耗您的积分。',
  },
  make: { en: 'Create a key', 'zh-CN': '创建密钥' },
  nameHint: { en: 'So you can recognise it later.', 'zh-CN': '便于您日后辨认。' },
  may: { en: 'Permissions', 'zh-CN': '权限' },
  all: { en: 'Everything', 'zh-CN': '全部' },
  create: { en: 'Create pictures', 'zh-CN': '生成图片' },
  a1111: { en: 'A1111 API', 'zh-CN': 'A1111 接口' },
  graphs: { en: 'ComfyUI API', 'zh-CN': 'ComfyUI 接口' },
  read: { en: 'Read', 'zh-CN': '只读' },
  allHint: {
    en: 'Everything a user can do, except creating keys, codes and webhooks. No administration.',
    'zh-CN': '普通用户的全部操作，但不能创建密钥、代码或 Webhook，也没有管理权限。',
  },
  createHint: { en: 'Tasks and pictures only.', 'zh-CN': '仅限任务与图片。' },
  a1111Hint: {
    en: 'Pictures through the A1111 API only. The key may be part of the address.',
    'zh-CN': '仅可通过 A1111 接口生成图片，密钥可写在地址中。',
  },
  graphsHint: {
    en: 'Graphs through the ComfyUI API only. The key may be part of the address.',
    'zh-CN': '仅可通过 ComfyUI 接口发送节点图，密钥可写在地址中。',
  },
  people: { en: 'Manage people', 'zh-CN': '管理用户' },
  pool: { en: 'Manage servers', 'zh-CN': '管理服务器' },
  money: { en: 'Manage credits', 'zh-CN': '管理积分' },
  peopleHint: {
    en: 'People, their tasks, reports, word rules and the audit log. No role changes, no administrators.',
    'zh-CN': '用户及其任务、举报、词语规则与审计。不能更改角色，也不涉及管理员。',
  },
  poolHint: {
    en: 'GPU servers, models, workflows and the queue. No settings.',
    'zh-CN': 'GPU 服务器、模型、工作流与队列。不能更改设置。',
  },
  moneyHint: {
    en: 'Packages, orders, refunds, vouchers and people’s credits.',
    'zh-CN': '套餐、订单、退款、兑换码与用户积分。',
  },
  readHint: {
    en: 'View your tasks and account, without changing anything.',
    'zh-CN': '可查看您的任务与账号，不能更改。',
  },
  noCap: { en: 'No limit', 'zh-CN': '不限' },
  capShort: { en: 'Daily limit', 'zh-CN': '每日限额' },
  secretHint: {
    en: 'Copy it now. You won’t see it again. Send it as Authorization: Bearer.',
    'zh-CN': '请立即复制，此后不再显示。程序以 Authorization: Bearer 发送。',
  },
  doorSecretHint: {
    en: 'Copy it now. You won’t see it again. Use it as the program’s password, or append it to the address.',
    'zh-CN': '请立即复制，此后不再显示。将其作为程序的密码，或附在程序所用地址的末尾。',
  },
  empty: { en: 'No API keys yet', 'zh-CN': '您还没有密钥' },
});
