import { dictionary } from '@zxcvbn-ts/language-common';
import { Problem } from '../../../ground/errors.ts';

/** As people chose them most often, in lower case. */
const common = new Set(dictionary['passwords-common']);
/** Fewer letters beside a user name make it no harder to guess. */
const fewestOwn = 6;

function isCommon(text: string): boolean {
  const word = withoutDecoration(text);
  return common.has(text) || common.has(word) || (word === '' && text.length < fewestDigits);
}

/** Dates and telephone numbers are shorter. */
const fewestDigits = 16;

/** Digits and signs in front and behind are what people add when a word is refused. */
const withoutDecoration = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** A short piece, over and over. */
const isRepeated = (text: string): boolean => /^(.{1,5}?)\1+.{0,4}$/s.test(text);

/**
 * Refuses what is guessed first: passwords of many people, the user's own name, repetitions.
 * @param at where the password stands in the request.
 * @throws Problem `invalid-params`.
 */
export function requireGoodPassword(
  password: string,
  username: string | null,
  at: 'password' | 'newPassword',
): void {
  const typed = password.toLowerCase();
  const rest = username === null ? typed : typed.replaceAll(username, '');
  const isOwnName = rest !== typed && (rest.length < fewestOwn || isCommon(rest));
  if (isOwnName) throw weak(at, 'Your user name is guessed first. Choose words that are not in it.');
  if (isCommon(typed) || isRepeated(typed))
    throw weak(at, 'This is one of the passwords that are guessed first. Choose several words.');
}

const weak = (at: string, message: string): Problem =>
  new Problem('invalid-params', message, { errors: [{ pointer: `/${at}`, message }] });
