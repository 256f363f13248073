import { problemTexts, type Sentence } from '@star-graph/workflows/shared/problemTexts';
import { findLocale, type MessageKey, translate } from '../../i18n/translate.ts';
import type { LocalProblemCode, ProblemCode, ShownProblem } from './problem.ts';

type LocalKey = `problem_${Underscored<LocalProblemCode>}`;

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

/** Does not compile until every code of a failure on this side has its sentence. */
const keyOfProblem = (code: LocalProblemCode): LocalKey & MessageKey =>
  `problem_${code.replaceAll('-', '_')}` as LocalKey & MessageKey;

/** The extension has no second step of its own. */
const secondFactorNeeded: Sentence = {
  en: 'This account has a second factor. Sign in with a one-time code instead: get one in the console under Account → Link codes, or type /link in Discord.',
  'zh-CN':
    '此账号设有第二重验证。请改用一次性代码登录：在控制台的“账号 → 关联代码”中，或在 Discord 中输入 /link 即可获取。',
};

const ofServer: Readonly<Record<string, Sentence>> = {
  ...problemTexts,
  'second-factor-needed': secondFactorNeeded,
};

/** What happened and what to do, in the person's language; a code from a newer server falls back to its own words. */
export function translateProblem({
  code,
  detail,
}: Pick<ShownProblem, 'detail'> & { code: ProblemCode }): string {
  const known = ofServer[code]?.[findLocale()] ?? translate(keyOfProblem(code as LocalProblemCode));
  return known || detail || translate('problem_unexpected');
}
