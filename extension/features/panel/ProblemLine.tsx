import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { CircleAlert } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeCredits } from '../../i18n/describeCount.ts';
import { translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { findRemedy, type Remedy, remedyKeys } from '../runs/remedies.ts';
import { translateProblem } from '../runs/translateProblem.ts';

interface ProblemLineProps {
  problem: ShownProblem | undefined;
  /** Today's credits were claimed here. */
  onClaimed?: (() => void) | undefined;
}

/** A failure in words and what can be done about it; what the server adds comes beneath. */
export function ProblemLine({ problem, onClaimed }: ProblemLineProps) {
  if (!problem) return null;
  const remedy = findRemedy(problem.code);
  return (
    <Problem>
      <p>{translateProblem(problem)}</p>
      {problem.detail && <p class="sg-quiet sg-small">{problem.detail}</p>}
      {remedy && <RemedyButton remedy={remedy} onClaimed={onClaimed} />}
    </Problem>
  );
}

export const Problem = ({ children }: { children: ComponentChildren }) => (
  <div role="alert" class="problem">
    <Icon icon={CircleAlert} />
    <div class="problem-words">{children}</div>
  </div>
);

function RemedyButton({ remedy, onClaimed }: { remedy: Remedy } & Pick<ProblemLineProps, 'onClaimed'>) {
  const [outcome, setOutcome] = useState<{ available: number } | { problem: ShownProblem }>();
  if (outcome)
    return (
      <p role="status" class="sg-small">
        {'available' in outcome
          ? translate('claimedLine', describeCredits(outcome.available))
          : translateProblem(outcome.problem)}
      </p>
    );
  const press = () => {
    if (remedy !== 'claimDaily') return void browser.runtime.openOptionsPage();
    background.claimDaily().then(
      (balance) => {
        setOutcome(balance);
        onClaimed?.();
      },
      (error: unknown) => setOutcome({ problem: problemOf(error) }),
    );
  };
  return (
    <Button size="small" onClick={press}>
      {translate(remedyKeys[remedy])}
    </Button>
  );
}
