const special = /[\\*_~`|[\]()<>]/g;
/** Lists, headings, quotes and small print begin a line. */
const lineStart = /^(\s*)([-#>+]|\d+(?=\.))/gm;

/** A person's text without effect in Discord's markdown: it reads as it was typed. */
export const escapeText = (text: string): string =>
  text
    .replace(special, '\\$&')
    .replace(lineStart, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );

/** The typed text, from the shown one. */
export const unescapeText = (shown: string): string => shown.replace(/\\([^\p{L}\p{N}\s])/gu, '$1');

/** Behind a veil that each reader lifts for themselves: a spoiler. Its own bars end none, since they are escaped. */
export const veil = (shown: string): string => `||${shown}||`;

export const unveil = (shown: string): string => shown.replace(/^\|\|(.+)\|\|$/s, '$1');
