import { type MessageKey, translate } from '../../i18n/translate.ts';
import type { ProblemCode } from './problem.ts';

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
