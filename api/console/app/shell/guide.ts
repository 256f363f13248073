import { signal } from '@preact/signals';
import type { Language } from '@star-graph/ui/texts/language';

/** Whether the platform serves its documentation; not before that is known. */
export const hasGuide = signal(false);

/** Where each view is told about, the narrower address first. */
export const guidePages = [
  ['/admin/servers', 'gpu-machines'],
  ['/admin/people', 'people'],
  ['/admin/workflows', 'workflows'],
  ['/admin/reports', 'safety'],
  ['/admin/sales', 'payments'],
  ['/admin/models', 'models'],
  ['/admin/settings', 'settings'],
  ['/admin/keys', 'service-keys'],
  ['/admin/backups', 'backup'],
  ['/admin/signing', 'keys'],
  ['/admin', 'operating'],
  ['/account/credits', 'credits'],
  ['/account/security', 'second-factor'],
  ['/account/developers', 'doors/README'],
  ['/account', 'console'],
  ['/queue', 'console'],
  ['/canvas', 'canvas'],
  ['/gallery', 'pictures'],
  ['/collections', 'pictures'],
  ['/explore', 'pictures'],
  ['/create', 'create'],
  ['/', 'create'],
] as const;

/** Those that are there in Chinese too. */
export const chinesePages: readonly string[] = [
  'create',
  'canvas',
  'pictures',
  'console',
  'credits',
  'doors/README',
];

/** The page about the view at `path`, in the person's language as far as there is one. */
export function guideOf(path: string, language: Language): string {
  const [, page = 'index'] =
    guidePages.find(([start]) => path === start || path.startsWith(`${start}/`)) ?? [];
  return `/docs/guide/${language === 'zh-CN' && chinesePages.includes(page) ? 'zh/' : ''}${page}.html`;
}
