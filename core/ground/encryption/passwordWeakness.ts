import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Fewer letters beside a user name make it no harder to guess. */
const fewestOwn = 6;
/** Dates and telephone numbers are shorter. */
const fewestDigits = 16;

let known: ReadonlySet<string> | undefined;

/** As people chose them most often, in lower case. Read where a password is judged: most processes never do. */
const common = (): ReadonlySet<string> => {
  known ??= new Set(require('@zxcvbn-ts/language-common').dictionary['passwords-common'] as string[]);
  return known;
};

function isCommon(text: string): boolean {
  const word = withoutDecoration(text);
  return common().has(text) || common().has(word) || (word === '' && text.length < fewestDigits);
}

/** Digits and signs in front and behind are what people add when a word is refused. */
const withoutDecoration = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** A short piece, over and over. */
const isRepeated = (text: string): boolean => /^(.{1,5}?)\1+.{0,4}$/s.test(text);

/** Why a password is guessed first: it is its user's name and little else, or one of many people, or a repetition. */
export function findWeakness(password: string, username: string | null): 'own-name' | 'common' | undefined {
  const typed = password.toLowerCase();
  const rest = username === null ? typed : typed.replaceAll(username, '');
  if (rest !== typed && (rest.length < fewestOwn || isCommon(rest))) return 'own-name';
  return isCommon(typed) || isRepeated(typed) ? 'common' : undefined;
}
