import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Audit log', 'zh-CN': '审计日志' },
  intro: {
    en: 'Actions by administrators and moderators, newest first',
    'zh-CN': '管理员与版主的操作，最新的在前',
  },
  target: { en: 'Target', 'zh-CN': '操作对象' },
  filters: { en: 'Filters', 'zh-CN': '筛选' },
  filtersOn: {
    en: (count: number) => `Filters (${count})`,
    'zh-CN': (count: number) => `筛选 (${count})`,
  },
  clear: { en: 'Show all', 'zh-CN': '显示全部' },
  byPerson: { en: 'Done by', 'zh-CN': '操作者' },
  anybody: { en: 'Anyone', 'zh-CN': '所有人' },
  anything: { en: 'Any action', 'zh-CN': '所有操作' },
  from: { en: 'From', 'zh-CN': '开始时间' },
  to: { en: 'Before', 'zh-CN': '截止时间' },
  action: { en: 'Action', 'zh-CN': '操作' },
  on: { en: 'Target', 'zh-CN': '对象' },
  what: { en: 'Details', 'zh-CN': '详情' },
  by: { en: 'By', 'zh-CN': '操作者' },
  when: { en: 'When', 'zh-CN': '时间' },
  system: { en: 'the platform', 'zh-CN': '平台' },
  empty: { en: 'No actions yet', 'zh-CN': '还没有操作' },
  noneSo: { en: 'No matching actions', 'zh-CN': '没有符合条件的操作' },
  noneSoWords: { en: 'Try removing a filter.', 'zh-CN': '请减少筛选条件。' },
  allOf: { en: 'All actions on this target', 'zh-CN': '查看该对象的全部记录' },
  allBy: { en: 'All actions by this person', 'zh-CN': '查看该操作者的全部记录' },
  save: { en: 'Export', 'zh-CN': '导出' },
  saveHint: {
    en: 'Exports the selected period with all seals. The export itself is recorded.',
    'zh-CN': '导出所选时间的记录及其签章。导出本身也会被记录。',
  },
  check: { en: 'Verify seals', 'zh-CN': '校验签章' },
  checking: {
    en: (count: string) => `${count} records checked so far`,
    'zh-CN': (count: string) => `已校验 ${count} 条`,
  },
  sound: {
    en: (count: string) => `${count} records match their seals. None is missing or changed.`,
    'zh-CN': (count: string) => `${count} 条记录与签章一致，没有缺失或改动。`,
  },
  unsealed: {
    en: (count: string) => `${count} aren’t sealed yet. With DATA_KEYS set, this takes up to two minutes.`,
    'zh-CN': (count: string) => `${count} 条尚未签章。若已设置 DATA_KEYS，两分钟内会完成。`,
  },
  faults: {
    en: (count: number) =>
      count === 1 ? '1 record was tampered with' : `${count} records were tampered with`,
    'zh-CN': (count: number) => `${count} 条记录被篡改`,
  },
  'record-missing': { en: 'Removed', 'zh-CN': '记录缺失' },
  changed: { en: 'Changed', 'zh-CN': '记录被改动' },
  'seal-missing': { en: 'Seal removed', 'zh-CN': '签章缺失' },
  'end-missing': { en: 'End cut off', 'zh-CN': '末尾被截断' },
  'key-missing': { en: 'Key not in DATA_KEYS', 'zh-CN': 'DATA_KEYS 中没有对应密钥' },
});
