import { browser } from 'wxt/browser';
import type messages from '../public/_locales/en/messages.json';

export type MessageKey = keyof typeof messages;

/** The text in the browser's language. Substitutions take the places $1, $2, … */
export const translate = (key: MessageKey, ...substitutions: (string | number)[]): string =>
  browser.i18n.getMessage(key, substitutions.map(String));

/** The language of the texts, as the catalogue names them. */
export const findLocale = (): 'en' | 'zh-CN' => (translate('localeName') === 'zh-CN' ? 'zh-CN' : 'en');
