import { signal } from '@preact/signals';

export type Language = 'en' | 'zh-CN';

/** What is on screen follows it: every text and every number reads it while it is drawn. */
export const language = signal<Language>('en');

/** The first of the browser's languages that we have. */
export function chooseLanguage(wanted: readonly string[]): Language {
  const found = wanted.find((tag) => /^(en|zh)\b/i.test(tag));
  return found?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
