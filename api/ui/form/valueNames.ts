import type { Language } from '../texts/language.ts';

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

const families: Readonly<Record<string, string>> = {
  sd15: 'Stable Diffusion 1.5',
  sd2: 'Stable Diffusion 2',
  sdxl: 'SDXL',
  sd3: 'Stable Diffusion 3',
  flux: 'FLUX.1',
  flux2: 'FLUX.2',
  'z-image': 'Z-Image',
  'qwen-image': 'Qwen-Image',
  krea2: 'Krea 2',
  wan: 'Wan',
  ltx: 'LTX',
  'minimax-h3': 'MiniMax H3',
  seedvr2: 'SeedVR2',
  'stable-video': 'Stable Video Diffusion',
};

/** Families are called alike in both languages. */
export const nameOfFamily = (family: string): string =>
  Object.hasOwn(families, family) ? (families[family] ?? family) : family;
