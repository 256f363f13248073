import { defineTexts } from '../texts/defineTexts.ts';

export const texts = defineTexts({
  more: { en: 'More', 'zh-CN': '更多' },
  size: { en: 'Size', 'zh-CN': '尺寸' },
  exactSize: { en: 'Exact size', 'zh-CN': '精确尺寸' },
  asPicture: { en: 'Match picture', 'zh-CN': '与图片相同' },
  sides: { en: 'Add around the picture', 'zh-CN': '向外扩展' },
  auto: { en: 'Auto', 'zh-CN': '自动' },
  width: { en: 'Width', 'zh-CN': '宽' },
  height: { en: 'Height', 'zh-CN': '高' },
  swapSides: { en: 'Swap width and height', 'zh-CN': '交换宽高' },
  random: { en: 'New each time', 'zh-CN': '每次随机' },
  lockSeed: { en: 'Keep this seed', 'zh-CN': '固定种子' },
  unlockSeed: { en: 'New seed each time', 'zh-CN': '每次使用新种子' },
  rollSeed: { en: 'Roll a seed', 'zh-CN': '随机生成种子' },
  addRow: { en: (title: string) => `Add ${title}`, 'zh-CN': (title: string) => `添加 ${title}` },
  removeRow: { en: 'Remove', 'zh-CN': '移除' },
  usual: { en: 'Default', 'zh-CN': '默认' },
  priceFactor: {
    en: (factor: string) => `${factor}× price`,
    'zh-CN': (factor: string) => `${factor} 倍价格`,
  },
  triggerWords: { en: 'Trigger words', 'zh-CN': '触发词' },
  addWord: {
    en: (word: string) => `Add “${word}” to the prompt`,
    'zh-CN': (word: string) => `将“${word}”加入提示词`,
  },
  preset: { en: 'Quality', 'zh-CN': '质量' },
  draft: { en: 'Draft', 'zh-CN': '草稿' },
  usualSteps: { en: 'Usual', 'zh-CN': '常规' },
  fine: { en: 'Fine', 'zh-CN': '精细' },
  missing: { en: 'Required', 'zh-CN': '必填项' },
  missingPrompt: { en: 'Enter a prompt.', 'zh-CN': '请输入提示词。' },
  missingPicture: { en: 'Add a picture.', 'zh-CN': '请添加图片。' },
  missingVideo: { en: 'Add a video.', 'zh-CN': '请添加视频。' },
  missingSound: { en: 'Add a sound.', 'zh-CN': '请添加音频。' },
  missingMask: { en: 'Paint the area to change.', 'zh-CN': '请涂抹需要修改的区域。' },
  long: {
    en: (most: number) => `Use at most ${most} characters.`,
    'zh-CN': (most: number) => `最多 ${most} 个字符。`,
  },
  addPicture: { en: 'Add a picture', 'zh-CN': '添加图片' },
  addVideo: { en: 'Add a video', 'zh-CN': '添加视频' },
  addSound: { en: 'Add a sound', 'zh-CN': '添加音频' },
  dropHint: { en: 'or drop or paste one', 'zh-CN': '也可拖放或粘贴' },
  dropHere: { en: 'Drop it here', 'zh-CN': '松开以添加' },
  camera: { en: 'Take a photo', 'zh-CN': '拍照' },
  gallery: { en: 'From the gallery', 'zh-CN': '从图库选择' },
  url: { en: 'From a link', 'zh-CN': '从链接添加' },
  urlPlace: { en: 'https://…', 'zh-CN': 'https://…' },
  take: { en: 'Add', 'zh-CN': '添加' },
  replace: { en: 'Replace', 'zh-CN': '更换' },
  remove: { en: 'Remove', 'zh-CN': '移除' },
  uploading: { en: 'Uploading', 'zh-CN': '正在上传' },
  fetching: {
    en: (host: string) => `Fetching from ${host}`,
    'zh-CN': (host: string) => `正在从 ${host} 获取`,
  },
  shrunk: {
    en: (size: string) => `Made smaller for the server: now ${size}.`,
    'zh-CN': (size: string) => `已按服务器限制缩小为 ${size}。`,
  },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  retry: { en: 'Try again', 'zh-CN': '重试' },
  uploadFailed: { en: 'Upload failed.', 'zh-CN': '上传失败。' },
  paintMask: { en: 'Paint the mask', 'zh-CN': '绘制蒙版' },
  paintHint: { en: 'over the area to change', 'zh-CN': '涂抹需要修改的区域' },
  editorFailed: {
    en: 'The editor did not load. Check the connection, close this and try again.',
    'zh-CN': '编辑器未能加载。请检查网络，关闭后重试。',
  },
  changeMask: { en: 'Change the mask', 'zh-CN': '修改蒙版' },
  maskNeedsPicture: { en: 'Add the picture first.', 'zh-CN': '请先添加图片。' },
  maskFile: { en: 'Mask from a file', 'zh-CN': '使用蒙版文件' },
});

/** The words at both ends of a slider, by parameter. */
const ends = {
  denoise: defineTexts({
    low: { en: 'keep', 'zh-CN': '保留' },
    high: { en: 'redraw', 'zh-CN': '重绘' },
  }),
  strength: defineTexts({
    low: { en: 'loose', 'zh-CN': '宽松' },
    high: { en: 'strict', 'zh-CN': '严格' },
  }),
  cfg: defineTexts({
    low: { en: 'free', 'zh-CN': '自由' },
    high: { en: 'to the letter', 'zh-CN': '严格遵循' },
  }),
  motion: defineTexts({
    low: { en: 'still', 'zh-CN': '静' },
    high: { en: 'lively', 'zh-CN': '动' },
  }),
  steps: defineTexts({
    low: { en: 'quick', 'zh-CN': '快' },
    high: { en: 'fine', 'zh-CN': '精细' },
  }),
  weight: defineTexts({
    low: { en: 'opposite', 'zh-CN': '反向' },
    high: { en: 'strong', 'zh-CN': '强' },
  }),
};

const sameEnds: Readonly<Record<string, keyof typeof ends>> = {
  guidance: 'cfg',
  videoCfg: 'cfg',
  videoSteps: 'steps',
};

export function endsOf(param: string): { low: string; high: string } | undefined {
  const name = sameEnds[param] ?? param;
  return Object.hasOwn(ends, name) ? ends[name as keyof typeof ends] : undefined;
}
