import { shortageTexts } from '@star-graph/contract/tasks/shortage';
import { findLocale, translate } from '../../i18n/translate.ts';
import type { LocalProblemCode, ProblemCode, ShownProblem } from './problem.ts';

type LocalKey = `problem_${Underscored<LocalProblemCode>}`;

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

/** Does not compile until every code of a failure on this side has its text; the build adds those of the server. */
const keyOfProblem = (code: ProblemCode): LocalKey => `problem_${code.replaceAll('-', '_')}` as LocalKey;

/** What happened and what to do, in the person's language; a code from a newer server falls back to its own words. */
export const translateProblem = ({ code, detail, shortage }: ShownProblem): string =>
  (shortage && shortageTexts[findLocale()](shortage)) ||
  translate(keyOfProblem(code)) ||
  detail ||
  translate('problem_unexpected');
