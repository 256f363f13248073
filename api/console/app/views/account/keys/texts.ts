import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'API keys', 'zh-CN': 'API 密钥' },
  intro: {
    en: 'For your own programs. They act as you and spend your credits.',
    'zh-CN': '供您自己的程序使用。程序以您的身份运行，并消耗您的积分。',
  },
  make: { en: 'Make a key', 'zh-CN': '创建密钥' },
  nameHint: { en: 'So that you know it again.', 'zh-CN': '便于您日后辨认。' },
  may: { en: 'It may', 'zh-CN': '权限' },
  all: { en: 'Everything', 'zh-CN': '全部' },
  create: { en: 'Create pictures', 'zh-CN': '生成图片' },
  a1111: { en: 'Draw by A1111', 'zh-CN': '通过 A1111 生成' },
  graphs: { en: 'Send graphs', 'zh-CN': '发送节点图' },
  read: { en: 'Read', 'zh-CN': '只读' },
  allHint: {
    en: 'All that a user may without being there: no keys, codes or webhooks, and no administrator’s work.',
    'zh-CN': '普通用户可以做的一切，但不能创建密钥、代码或 Webhook，也没有管理权限。',
  },
  createHint: { en: 'Tasks and pictures, and nothing else.', 'zh-CN': '仅限任务与图片。' },
  a1111Hint: {
    en: 'Pictures by the door for A1111, also with the key in its address. Nothing else.',
    'zh-CN': '仅可通过 A1111 入口生成图片，密钥也可写在地址中。',
  },
  graphsHint: {
    en: 'Graphs by the door for ComfyUI’s programs, also with the key in its address. Nothing else.',
    'zh-CN': '仅可通过 ComfyUI 程序入口发送节点图，密钥也可写在地址中。',
  },
  people: { en: 'Look after people', 'zh-CN': '管理用户' },
  pool: { en: 'Run the servers', 'zh-CN': '管理服务器' },
  money: { en: 'Handle credits', 'zh-CN': '管理积分' },
  peopleHint: {
    en: 'People, their tasks, reports, words and the audit. No roles, and no administrators.',
    'zh-CN': '用户及其任务、举报、词语规则与审计。不能更改角色，也不涉及管理员。',
  },
  poolHint: {
    en: 'GPU servers, models, workflows and the queue. No settings.',
    'zh-CN': 'GPU 服务器、模型、工作流与队列。不能更改设置。',
  },
  moneyHint: {
    en: 'Packages, orders, refunds, vouchers and credits of people.',
    'zh-CN': '套餐、订单、退款、兑换码与用户积分。',
  },
  readHint: {
    en: 'Your tasks and your account, without changes.',
    'zh-CN': '可查看您的任务与账号，不能更改。',
  },
  noCap: { en: 'No limit', 'zh-CN': '不限' },
  capShort: { en: 'A day', 'zh-CN': '每日限额' },
  secretHint: {
    en: 'Copy it now: it is never shown again. Programs send it as Authorization: Bearer.',
    'zh-CN': '请立即复制，此后不再显示。程序以 Authorization: Bearer 发送。',
  },
  doorSecretHint: {
    en: 'Copy it now: it is never shown again. It is the password of the program, or the end of the address that you give it.',
    'zh-CN': '请立即复制，此后不再显示。将其作为程序的密码，或附在程序所用地址的末尾。',
  },
  empty: { en: 'You have no keys', 'zh-CN': '您还没有密钥' },
});
