import { describeProblem, fieldProblems } from './problemText.ts';
import './problems.css';

/** Why a request was refused, unless the words stand beside the named fields. */
export function PostFailure({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  if (error === undefined) return null;
  const problems = fieldProblems(error);
  if (fields.some((field) => problems[field] !== undefined)) return null;
  return (
    <p class="post-failure" role="alert">
      {describeProblem(error)}
    </p>
  );
}
