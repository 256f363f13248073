import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Create', 'zh-CN': '创作' },
  form: { en: 'What to make', 'zh-CN': '创作设置' },
  painting: { en: 'Paint what is to change', 'zh-CN': '涂抹需要修改的区域' },
  fold: { en: 'Fold the form', 'zh-CN': '收起设置' },
  unfold: { en: 'Unfold the form', 'zh-CN': '展开设置' },
  results: { en: 'Results', 'zh-CN': '作品' },
  create: { en: 'Create', 'zh-CN': '生成' },
  loadFailed: { en: 'The workflows could not be loaded', 'zh-CN': '无法载入工作流' },
  noWorkflows: { en: 'There are no workflows yet', 'zh-CN': '暂无工作流' },
  noWorkflowsHint: {
    en: 'An administrator can connect a GPU server or import a workflow.',
    'zh-CN': '管理员可以连接 GPU 服务器或导入工作流。',
  },
  again: { en: 'Try again', 'zh-CN': '重试' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  expand: { en: 'Expand', 'zh-CN': '扩写' },
  startOver: { en: 'Start over', 'zh-CN': '清空设置' },
  startedOver: { en: 'The form is empty again.', 'zh-CN': '设置已清空。' },
  recalled: { en: 'The settings are in the form.', 'zh-CN': '已填入这些设置。' },
  firstFrame: {
    en: 'The settings are in the form, with the first frame of the video as its picture.',
    'zh-CN': '已填入这些设置，并以视频的第一帧作为图片。',
  },
  notPublic: {
    en: 'The picture it was made from isn’t public. Add one of your own.',
    'zh-CN': '所用的原图未公开，请添加您自己的图片。',
  },
  published: { en: 'The published picture', 'zh-CN': '已发布的图片' },
  recallGone: {
    en: 'The workflow that made it no longer exists.',
    'zh-CN': '生成它的工作流已不存在。',
  },
  pictureLost: {
    en: 'A picture that it started from was deleted. Add another one.',
    'zh-CN': '所用的原图已删除，请重新添加。',
  },
  ours: { en: 'This picture was made here.', 'zh-CN': '此图片由本站生成。' },
  brought: {
    en: (program: string) => `This picture brings its settings from ${program}.`,
    'zh-CN': (program: string) => `此图片带有 ${program} 的设置。`,
  },
  lacksModel: {
    en: (model: string) => `The model “${model}” isn’t here. Choose another one in the form.`,
    'zh-CN': (model: string) => `此处没有模型“${model}”，请在设置中选择其他模型。`,
  },
  noSettings: {
    en: 'This picture’s file has no settings.',
    'zh-CN': '此图片的文件中没有设置。',
  },
  useSettings: { en: 'Use its settings', 'zh-CN': '使用其设置' },
  otherForm: {
    en: 'The picture is in a form that takes one.',
    'zh-CN': '图片已填入可使用图片的工作流。',
  },
  noPlace: {
    en: 'No workflow takes such a file now.',
    'zh-CN': '目前没有可使用此类文件的工作流。',
  },
  shareLost: {
    en: 'The shared picture did not arrive. Add it here.',
    'zh-CN': '未收到分享的图片，请在此处添加。',
  },
  dropHere: { en: 'Drop it anywhere', 'zh-CN': '松开即可添加' },
  uploading: { en: (name: string) => `Uploading ${name}`, 'zh-CN': (name: string) => `正在上传 ${name}` },
  fetching: {
    en: (host: string) => `Fetching from ${host}`,
    'zh-CN': (host: string) => `正在从 ${host} 获取`,
  },
  cancelUpload: { en: 'Cancel the upload', 'zh-CN': '取消上传' },
  settings: { en: 'All settings', 'zh-CN': '全部设置' },
  close: { en: 'Close', 'zh-CN': '关闭' },
  promptPlace: { en: 'Describe a picture…', 'zh-CN': '描述您想要的画面……' },
  prompt: { en: 'Prompt', 'zh-CN': '提示词' },
  prompts: { en: 'Earlier prompts', 'zh-CN': '历史提示词' },
  variants: {
    en: (count: number) => `Makes ${count} prompts, each a task of its own`,
    'zh-CN': (count: number) => `共 ${count} 条提示词，各自生成一个任务`,
  },
  tooManyVariants: {
    en: (most: number) => `The words in braces make more than ${most} prompts. Leave some out.`,
    'zh-CN': (most: number) => `花括号中的词语组合超过 ${most} 条，请减少一些。`,
  },
  wildcardTaken: {
    en: (name: string, count: number) => `__${name}__: one of ${count}, drawn for each prompt`,
    'zh-CN': (name: string, count: number) => `__${name}__：每条提示词随机取 ${count} 项之一`,
  },
  unknownWildcards: {
    en: (names: string) => `There is no list called ${names} here. Choose another one, or take it out.`,
    'zh-CN': (names: string) => `这里没有名为 ${names} 的列表。请换一个，或将其删除。`,
  },
  grid: { en: 'Grid', 'zh-CN': '网格对比' },
  quick: { en: 'Quick drafts', 'zh-CN': '快速草图' },
  presets: { en: 'Presets', 'zh-CN': '预设' },
  presetUsed: {
    en: (name: string) => `${name} is in the form.`,
    'zh-CN': (name: string) => `已使用“${name}”。`,
  },
});
