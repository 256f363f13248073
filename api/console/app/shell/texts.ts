import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Find', 'zh-CN': '查找' },
  hint: {
    en: 'Search views, actions, workflows and prompts',
    'zh-CN': '搜索页面、操作、工作流或提示词',
  },
  results: { en: 'Found', 'zh-CN': '结果' },
  nothing: { en: 'No matches', 'zh-CN': '没有匹配项' },
  views: { en: 'Pages', 'zh-CN': '页面' },
  account: { en: 'Account', 'zh-CN': '账号' },
  admin: { en: 'Administration', 'zh-CN': '管理' },
  workflows: { en: 'Workflows', 'zh-CN': '工作流' },
  acts: { en: 'Actions', 'zh-CN': '操作' },
  tasks: { en: 'Your open tasks', 'zh-CN': '进行中的任务' },
  servers: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  look: {
    en: (title: string) => `Workflow: ${title}`,
    'zh-CN': (title: string) => `工作流：${title}`,
  },
  people: { en: 'People', 'zh-CN': '用户' },
  pictures: { en: 'Your pictures', 'zh-CN': '您的图片' },
  collections: { en: 'Collections', 'zh-CN': '收藏集' },
  create: { en: (title: string) => `Create: ${title}`, 'zh-CN': (title: string) => `创作：${title}` },
});
