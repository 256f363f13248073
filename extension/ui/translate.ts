import { browser } from 'wxt/browser';
import type { ProblemCode } from '../features/problem.ts';
import type messages from '../public/_locales/en/messages.json';

export type MessageKey = keyof typeof messages;

/** The text in the browser's language. Substitutions take the places $1, $2, … */
export const translate = (key: MessageKey, ...substitutions: (string | number)[]): string =>
  browser.i18n.getMessage(key, substitutions.map(String));

type ProblemKey = `problem_${Underscored<ProblemCode>}`;
type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

/** Does not compile until every code of a problem has its sentence. */
const keyOfProblem = (code: ProblemCode): ProblemKey & MessageKey =>
  `problem_${code.replaceAll('-', '_')}` as ProblemKey & MessageKey;

/** What happened and what to do, in the person's language; a code from a newer server falls back to its own words. */
export function translateProblem(problem: { code: ProblemCode; detail?: string }): string {
  return translate(keyOfProblem(problem.code)) || problem.detail || translate('problem_unexpected');
}

/** The language of the texts, as the catalogue names them. */
export const findLocale = (): 'en' | 'zh-CN' => (translate('localeName') === 'zh-CN' ? 'zh-CN' : 'en');
