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

/** No name in a schema makes a longer one; what a person sent may. */
const longestPointer = 500;

/** A pointer to show to whoever sent the document. */
export const toShownPointer = (...parts: (string | number)[]): string =>
  toPointer(...parts).slice(0, longestPointer);

/** How many faults an answer tells; a document may have as many as it has values. */
export const mostFaults = 20;

/** One fault for each issue; for unknown keys one for each key, so that each has a pointer. The first `mostFaults`. */
export function toPointedFaults({ issues }: z.ZodError, ...around: string[]): PointedFault[] {
  const faults: PointedFault[] = [];
  for (const { message, ...issue } of issues) {
    const place = [...around, ...issue.path.map(String)];
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, mostFaults) : [];
    if (keys.length === 0) faults.push({ pointer: toShownPointer(...place), message });
    for (const key of keys) faults.push({ pointer: toShownPointer(...place, key), message });
    if (faults.length >= mostFaults) break;
  }
  return faults.slice(0, mostFaults);
}
