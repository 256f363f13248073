import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Workflows', 'zh-CN': '工作流' },
  intro: { en: 'Your own, beside those that are shipped', 'zh-CN': '您自己的工作流，与自带的并列' },
  drop: {
    en: 'Drop a workflow that ComfyUI exported or saved (JSON)',
    'zh-CN': '拖入 ComfyUI 导出或保存的工作流（JSON）',
  },
  choose: { en: 'Choose a file', 'zh-CN': '选择文件' },
  unreadable: {
    en: 'This file is no JSON. Export it anew in ComfyUI.',
    'zh-CN': '此文件不是 JSON。请在 ComfyUI 中重新导出。',
  },
  proposal: { en: 'Proposed workflow', 'zh-CN': '建议的工作流' },
  proposalIntro: {
    en: 'Look at names, price and limits: they are guesses.',
    'zh-CN': '请检查名称、价格与限制：它们只是推测。',
  },
  manifest: { en: 'Manifest', 'zh-CN': '清单' },
  notes: { en: 'To look at', 'zh-CN': '请留意' },
  missing: {
    en: (file: string) => `No server has ${file}`,
    'zh-CN': (file: string) => `没有服务器拥有 ${file}`,
  },
  leftOut: {
    en: (count: number) => (count === 1 ? '1 node is left out' : `${count} nodes are left out`),
    'zh-CN': (count: number) => `${count} 个节点未采用`,
  },
  add: { en: 'Add and offer it', 'zh-CN': '添加并启用' },
  added: {
    en: 'The workflow was added and is on offer.',
    'zh-CN': '工作流已添加并启用。',
  },
  name: { en: 'Name', 'zh-CN': '名称' },
  version: { en: 'Version', 'zh-CN': '版本' },
  offered: { en: 'On offer', 'zh-CN': '已启用' },
  when: { en: 'Added', 'zh-CN': '添加时间' },
  empty: { en: 'No workflow of your own yet', 'zh-CN': '还没有自己的工作流' },
  offer: { en: 'Offer it', 'zh-CN': '启用' },
  withdraw: { en: 'Withdraw', 'zh-CN': '停用' },
});
