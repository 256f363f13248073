import { describeProblem, fieldProblems } from '../../../problems/problemText.ts';

/** Why an act was refused, unless the words stand beside the named fields. */
export function ActFailure({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  if (error === undefined) return null;
  const problems = fieldProblems(error);
  if (fields.some((field) => problems[field] !== undefined)) return null;
  return (
    <p class="admin-error" role="alert">
      {describeProblem(error)}
    </p>
  );
}
