import { useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeCredits } from '../../i18n/describeCount.ts';
import { translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../problems/problem.ts';
import { findRemedy, type Remedy, remedyKeys } from '../problems/remedies.ts';
import { translateProblem } from '../problems/translateProblem.ts';

/** A failure in words and what can be done about it; what the server adds comes beneath. */
export function ProblemLine({ problem }: { problem: ShownProblem | undefined }) {
  if (!problem) return null;
  const remedy = findRemedy(problem.code);
  return (
    <div role="alert">
      <p class="bad">{translateProblem(problem)}</p>
      {problem.detail && <p class="faint small">{problem.detail}</p>}
      {remedy && <RemedyButton remedy={remedy} />}
    </div>
  );
}

function RemedyButton({ remedy }: { remedy: Remedy }) {
  const [outcome, setOutcome] = useState<{ available: number } | { problem: ShownProblem }>();
  if (outcome)
    return (
      <p role="status" class="small">
        {'available' in outcome
          ? translate('claimedLine', describeCredits(outcome.available))
          : translateProblem(outcome.problem)}
      </p>
    );
  const press = () => {
    if (remedy !== 'claimDaily') return void browser.runtime.openOptionsPage();
    background.claimDaily().then(setOutcome, (error: unknown) => setOutcome({ problem: problemOf(error) }));
  };
  return (
    <button type="button" onClick={press}>
      {translate(remedyKeys[remedy])}
    </button>
  );
}
