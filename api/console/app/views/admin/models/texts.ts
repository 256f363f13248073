import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Models', 'zh-CN': '模型' },
  intro: {
    en: 'The files of the GPU servers and the engines: how people know them, and what they cost',
    'zh-CN': 'GPU 服务器上的模型文件与引擎：显示名称与价格',
  },
  empty: { en: 'No GPU server has told of its models yet', 'zh-CN': '还没有 GPU 服务器报告模型' },
  model: { en: 'Model', 'zh-CN': '模型' },
  file: { en: 'File', 'zh-CN': '文件' },
  family: { en: 'Family', 'zh-CN': '系列' },
  size: { en: 'Size', 'zh-CN': '大小' },
  servers: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  workflows: { en: 'Workflows', 'zh-CN': '工作流' },
  licence: { en: 'Licence', 'zh-CN': '许可证' },
  state: { en: 'State', 'zh-CN': '状态' },
  hidden: { en: 'Hidden', 'zh-CN': '已隐藏' },
  'licence-forbids-selling': { en: 'The licence forbids selling', 'zh-CN': '许可证禁止销售' },
  'licence-unknown': { en: 'The licence is unknown', 'zh-CN': '许可证未知' },
  warnings: { en: 'Look at', 'zh-CN': '请注意' },
  english: { en: 'Name in English', 'zh-CN': '英文名称' },
  chinese: { en: 'Name in Chinese', 'zh-CN': '中文名称' },
  nameHint: {
    en: 'Both names, or none: then it is called as the platform knows it.',
    'zh-CN': '请填写两种语言的名称，或都留空以使用平台的名称。',
  },
  price: { en: 'Price factor', 'zh-CN': '价格系数' },
  priceHint: {
    en: 'Multiplies the price of tasks that load it. Empty: as the platform says, at last 100%.',
    'zh-CN': '乘以使用此模型的任务价格。留空则按平台设置，默认为 100%。',
  },
  hide: { en: 'Hide it', 'zh-CN': '隐藏' },
  hideHint: {
    en: 'In no list and no form; only administrators may name it.',
    'zh-CN': '不出现在列表与表单中，仅管理员可以使用。',
  },
  save: { en: 'Save', 'zh-CN': '保存' },
  saved: { en: 'In force within seconds', 'zh-CN': '几秒内生效' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
});
