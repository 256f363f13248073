import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import type { LiveSettingName } from '@star-graph/workflows/shared/liveSettings';
import { texts } from './texts.ts';

/** What each setting is, for whoever does not know the names of variables. */
export const settingNames: Record<LiveSettingName, string> = defineTexts({
  OPEN_TASKS_PER_USER: { en: 'Open tasks per person', 'zh-CN': '每人未完成任务数' },
  OPEN_TASKS: { en: 'Open tasks in total', 'zh-CN': '未完成任务总数' },
  TASKS_PER_DAY: { en: 'Tasks per person per day (0 = no limit)', 'zh-CN': '每人每天任务数（0 为不限）' },
  GPU_SECONDS_PER_DAY: {
    en: 'GPU seconds per person per day (0 = no limit)',
    'zh-CN': '每人每天 GPU 秒数（0 为不限）',
  },
  UNPAID_TASKS_PER_DAY: {
    en: 'Tasks that cost nothing, per person per day (0 = no limit)',
    'zh-CN': '每人每天未产生费用的任务数（0 为不限）',
  },
  REQUESTS_PER_MINUTE: { en: 'Requests per person per minute', 'zh-CN': '每人每分钟请求数' },
  FAVOURITES_PER_USER: { en: 'Favourites per person', 'zh-CN': '每人可长期保留的结果数' },
  PRICE_PERCENT: { en: 'Price level (% of each workflow’s price)', 'zh-CN': '价格（工作流价格的百分比）' },
  CANCEL_CHARGE: { en: 'Charge for cancelling a running task', 'zh-CN': '取消运行中任务的费用' },
  SIGN_UP_GRANT: { en: 'Credits for a new account', 'zh-CN': '新账号的积分' },
  SIGN_UP_GRANT_LOCK_DAYS: {
    en: 'Days before those can be given away',
    'zh-CN': '新账号积分可赠送前的天数',
  },
  GIFTS_PER_DAY: { en: 'Credits a person can give per day', 'zh-CN': '每人每天可赠送的积分' },
  DAILY_GRANT: { en: 'Daily credits', 'zh-CN': '每日可领取的积分' },
  DAILY_GRANT_LOCK_DAYS: {
    en: 'Days before daily credits can be given away',
    'zh-CN': '每日积分可赠送前的天数',
  },
  REGISTRATION: { en: 'Who can register', 'zh-CN': '谁可以注册' },
  EXPLORE: { en: 'Explore', 'zh-CN': '探索' },
  MODEL_LICENCES: { en: 'Models whose licence forbids selling', 'zh-CN': '许可证禁止销售的模型' },
  ENGINES: { en: 'Engines, best first', 'zh-CN': '引擎优先顺序' },
  OPENAI_DOOR: { en: 'OpenAI-compatible API', 'zh-CN': 'OpenAI 兼容接口' },
  MCP_DOOR: { en: 'Assistants (MCP)', 'zh-CN': '智能助手（MCP）' },
  MCP_CREDITS_PER_DAY: {
    en: 'Credits per assistant per day (0 = no limit)',
    'zh-CN': '每个助手密钥每天可用积分（0 为不限）',
  },
  MODEL_ALIASES: { en: 'Model names for other programs', 'zh-CN': '其他程序使用的模型名' },
  GRAPH_DOOR: { en: 'ComfyUI API, open to', 'zh-CN': 'ComfyUI 接口开放对象' },
  GRAPH_CREDITS_PER_SECOND: { en: 'Credits per second of a graph', 'zh-CN': '节点图每秒积分' },
  GRAPH_SECONDS: { en: 'Time limit of a graph (seconds)', 'zh-CN': '节点图运行时限（秒）' },
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
      'UNPAID_TASKS_PER_DAY',
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
  { title: () => texts.access, names: ['REGISTRATION', 'EXPLORE', 'MODEL_LICENCES', 'ENGINES'] },
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
  share: { en: 'Share completed', 'zh-CN': '已运行的部分' },
  nothing: { en: 'Nothing', 'zh-CN': '免费' },
  open: { en: 'Anyone', 'zh-CN': '任何人' },
  invited: { en: 'By invitation', 'zh-CN': '受邀者' },
  closed: { en: 'No one', 'zh-CN': '关闭' },
  on: { en: 'Open', 'zh-CN': '开启' },
  off: { en: 'Closed', 'zh-CN': '关闭' },
  admin: { en: 'Administrators', 'zh-CN': '管理员' },
  moderator: { en: 'Moderators and administrators', 'zh-CN': '版主和管理员' },
  user: { en: 'Everyone', 'zh-CN': '所有用户' },
});

const choices = {
  MODEL_LICENCES: ['note', 'refuse'],
  CANCEL_CHARGE: ['share', 'nothing'],
  REGISTRATION: ['open', 'invited', 'closed'],
  EXPLORE: ['on', 'off'],
  OPENAI_DOOR: ['on', 'off'],
  MCP_DOOR: ['on', 'off'],
  GRAPH_DOOR: ['off', 'admin', 'moderator', 'user'],
} as const satisfies Partial<Record<LiveSettingName, readonly (keyof typeof words)[]>>;

type Choice = (typeof choices)[keyof typeof choices][number];

export const choicesOf = (name: LiveSettingName): readonly Choice[] | undefined =>
  name in choices ? choices[name as keyof typeof choices] : undefined;

export const nameChoice = (value: string): string => (value in words ? words[value as Choice] : value);
