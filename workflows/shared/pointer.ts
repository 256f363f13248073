import type { z } from 'zod';

/** An RFC 6901 pointer, without `#`. */
export function toPointer(...parts: (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** One fault of a document: an RFC 6901 pointer (no `#`) and a sentence. */
export interface PointedFault {
  pointer: string;
  message: string;
}

/** For parsing: the message for an unknown key, if the schema has none of its own. */
export const unknownKeys: { error: z.core.$ZodErrorMap } = {
  error: ({ code }) => (code === 'unrecognized_keys' ? 'There is no such parameter.' : undefined),
};

/** One fault for each issue; for unknown keys one for each key, so that each has a pointer. */
export const toPointedFaults = ({ issues }: z.ZodError, ...around: string[]): PointedFault[] =>
  issues.flatMap(({ message, ...issue }) => {
    const place = [...around, ...issue.path.map(String)];
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    return keys.length > 0
      ? keys.map((key) => ({ pointer: toPointer(...place, key), message }))
      : [{ pointer: toPointer(...place), message }];
  });
