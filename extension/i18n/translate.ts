import { browser } from 'wxt/browser';
import type messages from '../public/_locales/en/messages.json';

export type MessageKey = keyof typeof messages;

/** The text in the browser's language. Substitutions take the places $1, $2, …; numbers in the language's form. */
export const translate = (key: MessageKey, ...substitutions: (string | number)[]): string =>
  browser.i18n.getMessage(
    key,
    substitutions.map((one) => (typeof one === 'number' ? formatNumber(one) : one)),
  );

/** The language of the texts, as the catalogue names them. */
export const findLocale = (): 'en' | 'zh-CN' => (translate('localeName') === 'zh-CN' ? 'zh-CN' : 'en');

/** As people of that language write it. The worker has no part of the design system, which would draw in vain there. */
export const formatNumber = (value: number): string => value.toLocaleString(findLocale());
