import { chooseLanguage, type Language, language } from '@star-graph/ui/texts/language';
import { loadTranslations } from '../data/translate.ts';

/** The page's language: the browser's until somebody is signed in, then the account's. */
export function showLanguage(chosen: Language = chooseLanguage(navigator.languages)): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  if (chosen === 'zh-CN') void loadTranslations();
}
