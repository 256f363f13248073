import type { Locale } from './locale.ts';

/** Sentences in every language the bot speaks. */
export type Bilingual<Texts> = Readonly<Record<Locale, Texts>>;

/** The compiler requires each sentence of the first language in the second. */
export const inBoth = <Texts>(english: Texts, chinese: NoInfer<Texts>): Bilingual<Texts> => ({
  en: english,
  'zh-CN': chinese,
});
