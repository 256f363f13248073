import { translate } from '../../../i18n/translate.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { findRemedy, type Remedy, remedyKeys } from '../../problems/remedies.ts';
import { SeenButton } from '../surface/SeenButton.tsx';

/** The remedy for a run's problem, shown on its picture. */
export function RemedyButton(props: {
  problem: ShownProblem | undefined;
  onRemedy(remedy: Remedy, isSeen: boolean): void;
}) {
  const remedy = props.problem && findRemedy(props.problem.code);
  if (!remedy) return null;
  return (
    // Fetched credits are spent at once.
    <SeenButton label={translate(remedyKeys[remedy])} onPress={(isSeen) => props.onRemedy(remedy, isSeen)} />
  );
}
