import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

export const texts = defineTexts({
  title: { en: 'Explore', 'zh-CN': '探索' },
  intro: { en: 'What people here have published', 'zh-CN': '本站用户公开的作品' },
  list: { en: 'Published pictures and videos', 'zh-CN': '公开的图片与视频' },
  everyone: { en: 'Everyone', 'zh-CN': '所有人' },
  style: { en: 'Style', 'zh-CN': '风格' },
  anyStyle: { en: 'Any style', 'zh-CN': '所有风格' },
  somebody: { en: 'Someone without a name', 'zh-CN': '未命名用户' },
  likes: { en: 'likes', 'zh-CN': '个赞' },
  like: {
    en: (count: number) => (count === 1 ? '1 like' : `${formatNumber(count)} likes`),
    'zh-CN': (count: number) => `${formatNumber(count)} 个赞`,
  },
  inExplore: {
    en: (count: number) => `Explore · ${formatNumber(count)} ♥`,
    'zh-CN': (count: number) => `探索 · ${formatNumber(count)} ♥`,
  },
  community: { en: 'Community', 'zh-CN': '社区' },
  anyCommunity: { en: 'Any community', 'zh-CN': '所有社区' },
  failedToLoad: { en: 'Couldn’t load Explore', 'zh-CN': '无法载入“探索”' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  emptyTitle: { en: 'Nothing published yet', 'zh-CN': '还没有公开的作品' },
  empty: {
    en: 'Open one of your results in the gallery and publish it.',
    'zh-CN': '在图库中打开您的作品，即可公开。',
  },
  toGallery: { en: 'Open the gallery', 'zh-CN': '打开图库' },
  remix: { en: 'Remix', 'zh-CN': '以此再创作' },
  report: { en: 'Report', 'zh-CN': '举报' },
  reported: { en: 'Reported. A moderator will look at it.', 'zh-CN': '已举报，版主会查看。' },
  order: { en: 'Order', 'zh-CN': '排序' },
  newest: { en: 'Newest', 'zh-CN': '最新' },
  best: { en: 'Best', 'zh-CN': '最佳' },
  whichIsBetter: { en: 'Which is better?', 'zh-CN': '哪张更好？' },
  choose: {
    en: (place: number) => `Picture ${place} is better`,
    'zh-CN': (place: number) => `图片 ${place} 更好`,
  },
  neither: { en: 'Skip', 'zh-CN': '跳过' },
  noPair: {
    en: 'You have compared all there is. Come back when more is published.',
    'zh-CN': '您已比较完所有图片。等有更多作品公开后再来吧。',
  },
  takeBack: { en: 'Unpublish', 'zh-CN': '取消公开' },
  publish: { en: 'Publish', 'zh-CN': '公开' },
  publishTitle: { en: 'Publish to Explore?', 'zh-CN': '公开到“探索”？' },
  publishHint: {
    en: 'Everyone who signs in here will see it with its prompt, its settings and your name. You can unpublish it at any time.',
    'zh-CN': '登录本站的所有人都会看到它，以及提示词、设置与您的名字。您可随时取消公开。',
  },
  openFile: { en: 'Open the file', 'zh-CN': '打开文件' },
  by: { en: 'By', 'zh-CN': '作者' },
  workflow: { en: 'Workflow', 'zh-CN': '工作流' },
  model: { en: 'Model', 'zh-CN': '模型' },
  size: { en: 'Size', 'zh-CN': '尺寸' },
  published: { en: 'Published', 'zh-CN': '公开时间' },
});

/** Why something is reported. */
export const reasons = defineTexts({
  sexual: { en: 'Sexual content', 'zh-CN': '色情内容' },
  minors: { en: 'Harm to children', 'zh-CN': '危害儿童' },
  violence: { en: 'Violence', 'zh-CN': '暴力' },
  hate: { en: 'Hate', 'zh-CN': '仇恨' },
  illegal: { en: 'Illegal', 'zh-CN': '违法' },
  likeness: { en: 'A real person who didn’t agree', 'zh-CN': '未经本人同意的真人形象' },
  other: { en: 'Something else', 'zh-CN': '其他' },
});

export const namePerson = ({ name }: { name?: string | undefined }): string => name ?? texts.somebody;
