import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Connect an app', 'zh-CN': '连接程序' },
  extensionTitle: { en: 'Connect the extension', 'zh-CN': '连接浏览器扩展' },
  extensionWants: { en: 'The browser extension wants to connect', 'zh-CN': '浏览器扩展请求连接' },
  extensionCompare: {
    en: 'Connect only if you pressed Connect in your extension just now, and it shows this number.',
    'zh-CN': '仅当您刚刚在自己的扩展中点按了“连接”，且扩展显示的是同一数字时，才应连接。',
  },
  extensionConnect: { en: 'Connect', 'zh-CN': '连接' },
  extensionDone: { en: 'Approved', 'zh-CN': '已同意' },
  extensionDoneWords: {
    en: 'The extension connects in a moment. You can close this page.',
    'zh-CN': '扩展稍后即会连接，您可以关闭此页面。',
  },
  extensionPress: { en: 'Press the extension’s button', 'zh-CN': '请点按扩展按钮' },
  extensionPressWords: {
    en: 'It is in the browser’s toolbar, or in its menu of extensions. There, press Connect.',
    'zh-CN': '按钮位于浏览器工具栏或扩展菜单中。打开后请点按“连接”。',
  },
  /** Behind the name of the program. */
  wants: { en: 'wants access', 'zh-CN': '请求访问' },
  asYou: {
    en: (name: string) => `It will act as you, ${name}, and spend your credits.`,
    'zh-CN': (name: string) => `它将以您（${name}）的身份运行，并使用您的积分。`,
  },
  describedBy: { en: 'Described by', 'zh-CN': '说明来源' },
  answersTo: { en: 'Returns to', 'zh-CN': '返回至' },
  unchecked: {
    en: 'This name isn’t verified. Allow access only if you just started this yourself.',
    'zh-CN': '名称未经核实。仅当您刚刚亲自发起此操作时才应允许。',
  },
  nobody: { en: 'nobody (self-registered)', 'zh-CN': '无：程序自行注册' },
  selfDeclared: {
    en: 'The app chose this name itself, and no website vouches for it. Allow access only if you just started this yourself.',
    'zh-CN': '该名称由程序自行填写，没有网站为其说明。仅当您刚刚亲自发起此操作时才应允许。',
  },
  may: { en: 'It can', 'zh-CN': '它可以' },
  'tasks:read': { en: 'follow your tasks and see their results', 'zh-CN': '查看您的任务及其结果' },
  'tasks:write': {
    en: 'make pictures and videos with your credits, and cancel tasks',
    'zh-CN': '用您的积分生成图片和视频，并取消任务',
  },
  assets: { en: 'upload pictures and videos', 'zh-CN': '上传图片和视频' },
  'account:read': { en: 'read your balance', 'zh-CN': '查看您的余额' },
  allow: { en: 'Allow', 'zh-CN': '允许' },
  refuse: { en: 'Deny', 'zh-CN': '拒绝' },
  later: {
    en: 'You can disconnect it at any time under Account, Integrations.',
    'zh-CN': '您可随时在“账号 > 程序与密钥”中断开。',
  },
  wrong: { en: 'This request can’t be granted', 'zh-CN': '程序的请求无法满足' },
  wrongWords: {
    en: 'No access was given. Go back, and tell the app’s developer.',
    'zh-CN': '未授予任何访问权限。请返回，并告知其开发者。',
  },
  failed: { en: 'Access wasn’t given', 'zh-CN': '未能授权该程序' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  back: { en: 'Back to the app', 'zh-CN': '返回程序' },
  done: { en: 'Returning to the app', 'zh-CN': '正在返回程序' },
  doneWords: { en: 'If nothing happens, continue here.', 'zh-CN': '如无反应，请点击下方按钮继续。' },
});
