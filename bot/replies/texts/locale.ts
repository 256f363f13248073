import { en, type Messages } from './en.ts';
import { zhCN } from './zhCN.ts';

/** Languages the bot speaks. */
export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

const messages: Record<Locale, Messages> = { en, 'zh-CN': zhCN };

export const messagesOf = (locale: Locale): Messages => messages[locale];

/**
 * The language of an answer: the person's if the bot speaks it, otherwise the server's.
 * @param discordLocale as Discord names it; traditional Chinese is nearer to simplified than to English.
 */
export function chooseLocale(discordLocale: string, guildLocale?: Locale): Locale {
  if (discordLocale.startsWith('zh')) return 'zh-CN';
  if (discordLocale.startsWith('en')) return 'en';
  return guildLocale ?? 'en';
}
