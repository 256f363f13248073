import type { Language } from '../../texts/language.ts';

/** What people call values that the shipped workflows take by short names. */
const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  openpose: { en: 'Pose', 'zh-CN': '姿态' },
  canny: { en: 'Edges', 'zh-CN': '边缘' },
  depth: { en: 'Depth', 'zh-CN': '深度' },
  photo: { en: 'A photo', 'zh-CN': '照片' },
  map: { en: 'A finished map', 'zh-CN': '现成的控制图' },
  fast: { en: 'Fast', 'zh-CN': '快速' },
  full: { en: 'Full', 'zh-CN': '完整' },
  mp4: { en: 'MP4', 'zh-CN': 'MP4' },
  webm: { en: 'WebM', 'zh-CN': 'WebM' },
  webp: { en: 'WebP', 'zh-CN': 'WebP' },
};

/** A factor has its sign; what nobody named is shown as it is. */
export function nameOfValue(value: string | number, language: Language): string {
  if (typeof value === 'number') return `${value}×`;
  return Object.hasOwn(names, value) ? (names[value]?.[language] ?? value) : value;
}
