import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Settings', 'zh-CN': '设置' },
  intro: {
    en: 'Limits, prices and switches. Changes take effect within two seconds.',
    'zh-CN': '限额、价格与开关，更改后两秒内生效',
  },
  inForce: { en: 'Current', 'zh-CN': '当前设置' },
  history: { en: 'History', 'zh-CN': '历史' },
  fixed: { en: 'Environment', 'zh-CN': '环境变量' },
  fixedIntro: {
    en: 'Set by environment variables and changed by a restart. Secrets aren’t shown.',
    'zh-CN': '这些值来自环境变量，重启后才会更改。不显示机密。',
  },
  limits: { en: 'Limits', 'zh-CN': '限额' },
  credits: { en: 'Prices and credits', 'zh-CN': '价格与积分' },
  access: { en: 'Registration and models', 'zh-CN': '注册与模型' },
  programs: { en: 'Other programs', 'zh-CN': '其他程序' },
  maintenance: { en: 'Maintenance', 'zh-CN': '维护' },
  environment: {
    en: (value: string) => `Default: ${value}`,
    'zh-CN': (value: string) => `默认值：${value}`,
  },
  changed: { en: 'Changed', 'zh-CN': '已更改' },
  back: { en: 'Reset', 'zh-CN': '恢复' },
  backOf: {
    en: (name: string) => `Reset to default: ${name}`,
    'zh-CN': (name: string) => `恢复默认值：${name}`,
  },
  none: { en: 'none', 'zh-CN': '无' },
  save: { en: 'Save', 'zh-CN': '保存' },
  drop: { en: 'Discard', 'zh-CN': '放弃' },
  unsaved: {
    en: (n: number) => (n === 1 ? '1 unsaved change' : `${n} unsaved changes`),
    'zh-CN': (n: number) => `${n} 项更改尚未保存`,
  },
  saved: { en: 'Current', 'zh-CN': '已生效' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  meanwhile: {
    en: 'Someone else changed the settings. The current values are shown, and your changes are kept. Check them, then save again.',
    'zh-CN': '其他人刚刚更改了设置。已重新读取当前设置，您的更改仍然保留：请检查后再次保存。',
  },
  ignored: {
    en: (names: string) => `This version doesn’t recognise the stored values of: ${names}`,
    'zh-CN': (names: string) => `此版本无法理解以下已保存的值：${names}`,
  },
  version: { en: 'Version', 'zh-CN': '版本' },
  when: { en: 'When', 'zh-CN': '时间' },
  by: { en: 'By', 'zh-CN': '操作者' },
  what: { en: 'What', 'zh-CN': '内容' },
  revert: { en: 'Restore', 'zh-CN': '恢复到此版本' },
  revertTitle: {
    en: (version: number) => `Restore version ${version}?`,
    'zh-CN': (version: number) => `恢复到版本 ${version}？`,
  },
  revertWords: {
    en: 'All settings return to how they were after that change. This creates a new version that can be undone too.',
    'zh-CN': '所有设置会恢复到那次更改之后的状态。这会成为新版本，同样可以撤销。',
  },
  current: { en: 'Current', 'zh-CN': '当前' },
  unchanged: { en: 'No changes yet', 'zh-CN': '还没有更改' },
  wildcards: { en: 'Wildcards', 'zh-CN': '通配词列表' },
  wildcardsHint: {
    en: 'In Create, __name__ in a prompt takes a random line of the list with that name.',
    'zh-CN': '在创作页的提示词中写 __名称__，即随机取该列表中的一行。',
  },
  newWildcard: { en: 'New list', 'zh-CN': '新建列表' },
  wildcardOf: {
    en: (name: string, count: number) => `${name} · ${count}`,
    'zh-CN': (name: string, count: number) => `${name} · ${count}`,
  },
  wildcardName: { en: 'Name', 'zh-CN': '名称' },
  wildcardNameHint: {
    en: 'Letters, digits and hyphens.',
    'zh-CN': '可用文字、数字与连字符。',
  },
  wildcardLines: { en: 'One per line', 'zh-CN': '每行一项' },
  deleteWildcard: { en: 'Delete', 'zh-CN': '删除' },
  deleteWildcardTitle: { en: 'Delete this list?', 'zh-CN': '删除此列表？' },
  deleteWildcardHint: {
    en: 'Prompts that use it can’t be sent until it is taken out of them.',
    'zh-CN': '使用它的提示词须先将其删除才能提交。',
  },
  aliasHint: {
    en: 'One model per line: the name programs ask for, a colon, then the workflows that answer. The first one that fits is used for text to picture, picture to picture and masks.',
    'zh-CN':
      '每行一个模型：其他程序请求的名称、冒号、用来响应的工作流。文生图、图生图、带蒙版重绘各取列表中的第一个。',
  },
  engineHint: {
    en: 'One per line, best first: text2img: z-image, text2img',
    'zh-CN': '每行一项：text2img: z-image, text2img。最优先的在前。',
  },
  maintain: { en: 'Stop accepting new tasks', 'zh-CN': '停止接受新任务' },
  maintainHint: {
    en: 'Accepted tasks are finished. Administrators can still create tasks.',
    'zh-CN': '已接受的任务会继续完成。管理员仍可提交任务。',
  },
  inEnglish: { en: 'Message in English', 'zh-CN': '英文消息' },
  inChinese: { en: 'Message in Chinese', 'zh-CN': '中文消息' },
  retry: { en: 'Retry after', 'zh-CN': '多久后重试' },
  seconds: { en: 's', 'zh-CN': '秒' },
});
