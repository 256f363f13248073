import { defineTexts } from '@star-graph/ui/texts/defineTexts';

/** Of what is fetched when it is opened. */
export const texts = defineTexts({
  savePreset: { en: 'Save these settings', 'zh-CN': '保存当前设置' },
  presetName: { en: 'Name', 'zh-CN': '名称' },
  deletePreset: {
    en: (name: string) => `Delete ${name}`,
    'zh-CN': (name: string) => `删除 ${name}`,
  },
  presetDeleted: {
    en: (name: string) => `${name} is deleted.`,
    'zh-CN': (name: string) => `已删除“${name}”。`,
  },
  noPresets: {
    en: 'Settings that you save will appear here, on every device.',
    'zh-CN': '保存的设置会显示在此处，可在所有设备上使用。',
  },
  presetNotSaved: {
    en: 'The settings were not saved.',
    'zh-CN': '未能保存设置。',
  },
  save: { en: 'Save', 'zh-CN': '保存' },
  noPrompts: { en: 'Your prompts will appear here.', 'zh-CN': '用过的提示词会显示在此处。' },
  wildcards: { en: 'Lists of words', 'zh-CN': '通配词列表' },
});
