import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Settings', 'zh-CN': '设置' },
  intro: {
    en: 'Limits, prices and switches, in force everywhere within two seconds',
    'zh-CN': '限额、价格与开关，两秒内在各处生效',
  },
  inForce: { en: 'In force', 'zh-CN': '当前设置' },
  history: { en: 'History', 'zh-CN': '历史' },
  fixed: { en: 'Of the environment', 'zh-CN': '环境变量' },
  fixedIntro: {
    en: 'These come from the environment, and change with a restart. Secrets are left out.',
    'zh-CN': '这些值来自环境变量，重启后才会更改。不显示机密。',
  },
  limits: { en: 'Limits', 'zh-CN': '限额' },
  credits: { en: 'Prices and credits', 'zh-CN': '价格与积分' },
  access: { en: 'Registration and models', 'zh-CN': '注册与模型' },
  programs: { en: 'Other programs', 'zh-CN': '其他程序' },
  maintenance: { en: 'Maintenance', 'zh-CN': '维护' },
  environment: {
    en: (value: string) => `The environment says: ${value}`,
    'zh-CN': (value: string) => `环境变量的值：${value}`,
  },
  changed: { en: 'Changed', 'zh-CN': '已更改' },
  back: { en: 'Back', 'zh-CN': '恢复' },
  backOf: {
    en: (name: string) => `Back to the environment: ${name}`,
    'zh-CN': (name: string) => `恢复为环境变量的值：${name}`,
  },
  none: { en: 'none', 'zh-CN': '无' },
  save: { en: 'Save', 'zh-CN': '保存' },
  drop: { en: 'Discard', 'zh-CN': '放弃' },
  unsaved: {
    en: (n: number) => (n === 1 ? '1 change is not saved' : `${n} changes are not saved`),
    'zh-CN': (n: number) => `${n} 项更改尚未保存`,
  },
  saved: { en: 'In force', 'zh-CN': '已生效' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  meanwhile: {
    en: 'Somebody else changed the settings meanwhile. What is in force now was read anew, and your changes are still here: look at them, then save again.',
    'zh-CN': '其他人刚刚更改了设置。已重新读取当前设置，您的更改仍然保留：请检查后再次保存。',
  },
  ignored: {
    en: (names: string) => `This release does not understand what is stored for: ${names}`,
    'zh-CN': (names: string) => `此版本无法理解以下已保存的值：${names}`,
  },
  version: { en: 'Version', 'zh-CN': '版本' },
  when: { en: 'When', 'zh-CN': '时间' },
  by: { en: 'By', 'zh-CN': '操作者' },
  what: { en: 'What', 'zh-CN': '内容' },
  actions: { en: 'Actions', 'zh-CN': '操作' },
  revert: { en: 'Go back to this', 'zh-CN': '恢复到此版本' },
  revertTitle: {
    en: (version: number) => `Go back to version ${version}?`,
    'zh-CN': (version: number) => `恢复到版本 ${version}？`,
  },
  revertWords: {
    en: 'All settings are as they were after that change. This is a new version, and can be undone too.',
    'zh-CN': '所有设置会恢复到那次更改之后的状态。这会成为新版本，同样可以撤销。',
  },
  current: { en: 'In force', 'zh-CN': '当前' },
  unchanged: { en: 'Nothing was ever changed', 'zh-CN': '从未更改过' },
  aliasHint: {
    en: 'A line for each model: the name that programs ask for, a colon, the workflows that answer. The first that draws from words, the first that changes a picture and the first that takes a mask each do their part.',
    'zh-CN':
      '每行一个模型：其他程序请求的名称、冒号、用来响应的工作流。文生图、图生图、带蒙版重绘各取列表中的第一个。',
  },
  engineHint: {
    en: 'A line for each: text2img: z-image, text2img. The best first.',
    'zh-CN': '每行一项：text2img: z-image, text2img。最优先的在前。',
  },
  maintain: { en: 'Accept nothing new', 'zh-CN': '停止接受新任务' },
  maintainHint: {
    en: 'What was accepted runs to its end. Administrators may still try.',
    'zh-CN': '已接受的任务会继续完成。管理员仍可提交任务。',
  },
  inEnglish: { en: 'Message in English', 'zh-CN': '英文消息' },
  inChinese: { en: 'Message in Chinese', 'zh-CN': '中文消息' },
  retry: { en: 'Try again after', 'zh-CN': '多久后重试' },
  seconds: { en: 's', 'zh-CN': '秒' },
});
