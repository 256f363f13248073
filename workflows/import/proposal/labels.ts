import type { LocalizedText } from '../../workflow.ts';

/** What authors often call a field, in both languages. */
const known: readonly LocalizedText[] = [
  { en: 'Prompt', 'zh-CN': '提示词' },
  { en: 'Negative prompt', 'zh-CN': '反向提示词' },
  { en: 'Picture', 'zh-CN': '图片' },
  { en: 'Image', 'zh-CN': '图片' },
  { en: 'Input image', 'zh-CN': '输入图片' },
  { en: 'Start image', 'zh-CN': '起始图片' },
  { en: 'End image', 'zh-CN': '结束图片' },
  { en: 'First frame', 'zh-CN': '首帧' },
  { en: 'Last frame', 'zh-CN': '尾帧' },
  { en: 'Reference image', 'zh-CN': '参考图片' },
  { en: 'Control image', 'zh-CN': '控制图' },
  { en: 'Mask', 'zh-CN': '蒙版' },
  { en: 'Video', 'zh-CN': '视频' },
  { en: 'Width', 'zh-CN': '宽度' },
  { en: 'Height', 'zh-CN': '高度' },
  { en: 'Length', 'zh-CN': '长度' },
  { en: 'Frames', 'zh-CN': '帧数' },
  { en: 'Duration', 'zh-CN': '时长' },
  { en: 'Fps', 'zh-CN': '每秒帧数' },
  { en: 'Seed', 'zh-CN': '随机种子' },
  { en: 'Steps', 'zh-CN': '步数' },
  { en: 'Strength', 'zh-CN': '强度' },
  { en: 'Denoise', 'zh-CN': '重绘幅度' },
  { en: 'Megapixels', 'zh-CN': '百万像素' },
];

const keyOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const byKey = new Map(known.map((title) => [keyOf(title.en), title]));

/**
 * The author's name for a field in both languages; undefined where it is nothing but the technical name that ComfyUI
 * gave it.
 */
export function titleOf(label: string | undefined, technical: string, instead: LocalizedText): LocalizedText {
  const key = keyOf(label ?? '');
  if (key === '' || key === keyOf(technical) || key === keyOf(instead.en)) return instead;
  const translated = byKey.get(key);
  if (translated) return translated;
  const text = (label ?? '').replaceAll('_', ' ').trim().slice(0, 100);
  const title = text.charAt(0).toUpperCase() + text.slice(1);
  // The author's language is the only one that there is.
  return { en: title, 'zh-CN': title };
}

/** A parameter's name from any text; undefined where no letters of it may be in one. */
export function paramNameOf(text: string): string | undefined {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .map(
      (word, index) =>
        (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1),
    )
    .join('')
    .slice(0, 38);
  return /^[a-z]/.test(joined) && joined !== 'meta' ? joined : undefined;
}

/** A workflow's name from its title. */
export function workflowNameOf(title: string | undefined): string {
  const name = (title ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 36)
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return name.length >= 2 ? name : 'imported';
}
