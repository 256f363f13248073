import { defaultAllowedClasses } from '../manifest/allowedClasses.ts';

/** An operator reads what an expression does before it is offered; nobody reads those of strangers. */
const forOperators: readonly string[] = ['ComfyMathExpression'];

/** Node classes that people's own graphs may use unless the installation allows more. Previews are results here. */
export const allowOwnClasses = (extra: readonly string[]): ReadonlySet<string> =>
  new Set(
    [...defaultAllowedClasses, 'PreviewImage', ...extra].filter(
      (name) => extra.includes(name) || !forOperators.includes(name),
    ),
  );
