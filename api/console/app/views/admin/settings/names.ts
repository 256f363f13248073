import type { LiveSettingName } from '@star-graph/workflows/shared/liveSettings';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';
import { texts } from './texts.ts';

/** What each setting is, for whoever does not know the names of variables. */
export const settingNames: Record<LiveSettingName, string> = defineTexts({
  OPEN_TASKS_PER_USER: { en: 'Unfinished tasks a person', 'zh-CN': '每人未完成任务数' },
  OPEN_TASKS: { en: 'Unfinished tasks in all', 'zh-CN': '未完成任务总数' },
  TASKS_PER_DAY: { en: 'Tasks a person and day; 0: no limit', 'zh-CN': '每人每天任务数（0 为不限）' },
  GPU_SECONDS_PER_DAY: {
    en: 'GPU-seconds a person and day; 0: no limit',
    'zh-CN': '每人每天 GPU 秒数（0 为不限）',
  },
  REQUESTS_PER_MINUTE: { en: 'Requests a person and minute', 'zh-CN': '每人每分钟请求数' },
  FAVOURITES_PER_USER: { en: 'Results a person may keep', 'zh-CN': '每人可长期保留的结果数' },
  PRICE_PERCENT: { en: 'Prices, in percent of the workflows’', 'zh-CN': '价格（工作流价格的百分比）' },
  CANCEL_CHARGE: { en: 'What cancelling a running task costs', 'zh-CN': '取消运行中任务的费用' },
  SIGN_UP_GRANT: { en: 'Credits of a new account', 'zh-CN': '新账号的积分' },
  SIGN_UP_GRANT_LOCK_DAYS: {
    en: 'Days until those can be given away',
    'zh-CN': '新账号积分可赠送前的天数',
  },
  GIFTS_PER_DAY: { en: 'Credits a person may give away in a day', 'zh-CN': '每人每天可赠送的积分' },
  DAILY_GRANT: { en: 'Credits to collect each day', 'zh-CN': '每日可领取的积分' },
  DAILY_GRANT_LOCK_DAYS: {
    en: 'Days until the daily ones can be given away',
    'zh-CN': '每日积分可赠送前的天数',
  },
  REGISTRATION: { en: 'Who may register', 'zh-CN': '谁可以注册' },
  MODEL_LICENCES: { en: 'Models whose licence forbids selling', 'zh-CN': '许可证禁止销售的模型' },
  ENGINES: { en: 'Engines, best first', 'zh-CN': '引擎优先顺序' },
  OPENAI_DOOR: { en: 'Door for OpenAI clients', 'zh-CN': 'OpenAI 客户端入口' },
  MCP_DOOR: { en: 'Door for assistants (MCP)', 'zh-CN': '智能助手入口（MCP）' },
  MCP_CREDITS_PER_DAY: {
    en: 'Credits an assistant’s key may spend a day; 0: no limit',
    'zh-CN': '每个助手密钥每天可用积分（0 为不限）',
  },
  MODEL_ALIASES: { en: 'Models by other programs’ names', 'zh-CN': '其他程序使用的模型名' },
  GRAPH_DOOR: { en: 'Door for graphs of one’s own, open for', 'zh-CN': '自有节点图入口的开放对象' },
  GRAPH_CREDITS_PER_SECOND: { en: 'Credits a second of such a graph', 'zh-CN': '此类节点图每秒积分' },
  GRAPH_SECONDS: { en: 'Seconds such a graph may run', 'zh-CN': '此类节点图最长运行秒数' },
  MAINTENANCE: { en: 'Maintenance', 'zh-CN': '维护' },
});

/** The cards of the page, in order. Maintenance has its own. */
export const settingGroups: readonly { title(): string; names: readonly LiveSettingName[] }[] = [
  {
    title: () => texts.limits,
    names: [
      'OPEN_TASKS_PER_USER',
      'OPEN_TASKS',
      'TASKS_PER_DAY',
      'GPU_SECONDS_PER_DAY',
      'REQUESTS_PER_MINUTE',
      'FAVOURITES_PER_USER',
    ],
  },
  {
    title: () => texts.credits,
    names: [
      'PRICE_PERCENT',
      'CANCEL_CHARGE',
      'SIGN_UP_GRANT',
      'SIGN_UP_GRANT_LOCK_DAYS',
      'DAILY_GRANT',
      'DAILY_GRANT_LOCK_DAYS',
      'GIFTS_PER_DAY',
    ],
  },
  { title: () => texts.access, names: ['REGISTRATION', 'MODEL_LICENCES', 'ENGINES'] },
  {
    title: () => texts.programs,
    names: [
      ...['OPENAI_DOOR', 'GRAPH_DOOR', 'MCP_DOOR', 'MCP_CREDITS_PER_DAY'],
      ...['GRAPH_CREDITS_PER_SECOND', 'GRAPH_SECONDS', 'MODEL_ALIASES'],
    ] as const,
  },
];

const words = defineTexts({
  note: { en: 'Warn', 'zh-CN': '提示' },
  refuse: { en: 'Refuse', 'zh-CN': '拒绝' },
  share: { en: 'The share that ran', 'zh-CN': '已运行的部分' },
  nothing: { en: 'Nothing', 'zh-CN': '免费' },
  open: { en: 'Anybody', 'zh-CN': '任何人' },
  invited: { en: 'By invitation', 'zh-CN': '受邀者' },
  closed: { en: 'Nobody', 'zh-CN': '关闭' },
  on: { en: 'Open', 'zh-CN': '开启' },
  off: { en: 'Closed', 'zh-CN': '关闭' },
  admin: { en: 'Administrators', 'zh-CN': '管理员' },
  moderator: { en: 'Moderators too', 'zh-CN': '版主和管理员' },
  user: { en: 'Everybody', 'zh-CN': '所有用户' },
});

export const choices = {
  MODEL_LICENCES: ['note', 'refuse'],
  CANCEL_CHARGE: ['share', 'nothing'],
  REGISTRATION: ['open', 'invited', 'closed'],
  OPENAI_DOOR: ['on', 'off'],
  MCP_DOOR: ['on', 'off'],
  GRAPH_DOOR: ['off', 'admin', 'moderator', 'user'],
} as const satisfies Partial<Record<LiveSettingName, readonly (keyof typeof words)[]>>;

type Choice = (typeof choices)[keyof typeof choices][number];

export const choicesOf = (name: LiveSettingName): readonly Choice[] | undefined =>
  name in choices ? choices[name as keyof typeof choices] : undefined;

export const nameChoice = (value: string): string => (value in words ? words[value as Choice] : value);
