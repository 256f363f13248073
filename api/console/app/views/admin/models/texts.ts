import { nameOfFamily } from '@star-graph/ui/form/valueNames';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';

export const texts = defineTexts({
  otherFamily: { en: 'Other', 'zh-CN': '其他' },
  title: { en: 'Models', 'zh-CN': '模型' },
  intro: {
    en: 'Model files and engines on your GPU servers: their names and prices',
    'zh-CN': 'GPU 服务器上的模型文件与引擎：显示名称与价格',
  },
  empty: { en: 'No GPU server has reported its models yet', 'zh-CN': '还没有 GPU 服务器报告模型' },
  model: { en: 'Model', 'zh-CN': '模型' },
  file: { en: 'File', 'zh-CN': '文件' },
  family: { en: 'Family', 'zh-CN': '系列' },
  size: { en: 'Size', 'zh-CN': '大小' },
  servers: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  workflows: { en: 'Workflows', 'zh-CN': '工作流' },
  licence: { en: 'Licence', 'zh-CN': '许可证' },
  state: { en: 'State', 'zh-CN': '状态' },
  hidden: { en: 'Hidden', 'zh-CN': '已隐藏' },
  listed: { en: 'Available', 'zh-CN': '可选用' },
  'licence-forbids-selling': { en: 'Licence forbids selling', 'zh-CN': '许可证禁止销售' },
  'licence-unknown': { en: 'Unknown licence', 'zh-CN': '许可证未知' },
  notEverywhere: { en: 'Only if named', 'zh-CN': '须指名使用' },
  excludedPlaces: { en: 'Licence excludes', 'zh-CN': '许可证不适用于' },
  warnings: { en: 'Warnings', 'zh-CN': '请注意' },
  english: { en: 'Name in English', 'zh-CN': '英文名称' },
  chinese: { en: 'Name in Chinese', 'zh-CN': '中文名称' },
  nameHint: {
    en: 'Enter both names, or leave both empty for the default name.',
    'zh-CN': '请填写两种语言的名称，或都留空以使用平台的名称。',
  },
  price: { en: 'Price factor', 'zh-CN': '价格系数' },
  priceShort: { en: 'Price', 'zh-CN': '价格' },
  priceHint: {
    en: 'Multiplies the price of tasks that use it. Leave empty for the default (100% unless set elsewhere).',
    'zh-CN': '乘以使用此模型的任务价格。留空则按平台设置，默认为 100%。',
  },
  hide: { en: 'Hide', 'zh-CN': '隐藏' },
  hideHint: {
    en: 'Not shown in lists or forms. Only administrators can use it.',
    'zh-CN': '不出现在列表与表单中，仅管理员可以使用。',
  },
  said: { en: 'Your description', 'zh-CN': '您的说明' },
  asFound: { en: 'As detected', 'zh-CN': '按识别结果' },
  noFamily: { en: 'Unknown family.', 'zh-CN': '无法识别其系列。' },
  'by-entry': { en: 'Set by an administrator.', 'zh-CN': '由管理员指定。' },
  'by-metadata': { en: 'From the file.', 'zh-CN': '由文件说明。' },
  'by-name': { en: 'Guessed from its name.', 'zh-CN': '根据名称推测。' },
  sample: { en: 'Sample', 'zh-CN': '样图' },
  sampleOf: { en: 'Sample picture', 'zh-CN': '该模型的效果' },
  choosePicture: { en: 'Choose a picture', 'zh-CN': '选择图片' },
  dropPicture: { en: 'Remove your sample', 'zh-CN': '移除您的样图' },
  licenceHint: {
    en: 'An SPDX ID or short name. Leave empty for the default.',
    'zh-CN': 'SPDX 标识或简短名称。留空则按平台所知。',
  },
  licenceUrl: { en: 'Licence link', 'zh-CN': '许可证地址' },
  mayBeSold: { en: 'Can its pictures be sold?', 'zh-CN': '其图片可否出售？' },
  'sold-yes': { en: 'Yes', 'zh-CN': '可以' },
  'sold-no': { en: 'No', 'zh-CN': '不可' },
  'sold-unknown': { en: 'Unknown', 'zh-CN': '未知' },
  words: { en: 'Trigger words', 'zh-CN': '触发词' },
  wordsHint: { en: 'Separated by commas.', 'zh-CN': '以逗号分隔。' },
  roles: { en: 'Who may use it', 'zh-CN': '谁可以使用' },
  inMemory: { en: 'In memory on', 'zh-CN': '已载入显存' },
  show: { en: 'Show', 'zh-CN': '显示' },
  all: { en: 'All', 'zh-CN': '全部' },
  save: { en: 'Save', 'zh-CN': '保存' },
  saved: { en: 'Saved. Takes effect in a few seconds.', 'zh-CN': '已保存，几秒内生效' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
});

export const nameFamily = (family: string): string =>
  family === 'other' ? texts.otherFamily : nameOfFamily(family);

/** United Kingdom, by an ISO 3166 code. */
export const namePlace = (code: string): string =>
  new Intl.DisplayNames(language.value, { type: 'region' }).of(code) ?? code;
