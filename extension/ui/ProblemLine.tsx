import type { ShownProblem } from '../features/problem.ts';
import { translateProblem } from './translate.ts';

/** A failure in words; what the server adds comes beneath. */
export function ProblemLine({ problem }: { problem: ShownProblem | undefined }) {
  if (!problem) return null;
  return (
    <div role="alert">
      <p class="bad">{translateProblem(problem)}</p>
      {problem.detail && <p class="faint small">{problem.detail}</p>}
    </div>
  );
}
