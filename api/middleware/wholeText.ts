import { Problem } from '@star-graph/core/ground/errors';
import { type PointedFault, toShownPointer } from '@star-graph/workflows/shared/pointer';

const message = 'The text holds half of a surrogate pair; type it again.';
/** How many faults are shown; a body may have as many as it has characters. */
const mostFaults = 10;
/** No schema is deeper; deeper faults lie inside the place that is pointed at. */
const mostKeys = 32;

interface Place {
  value: unknown;
  key: string;
  /** Undefined for the body itself. */
  around: Place | undefined;
}

/**
 * Refuses half of a surrogate pair, which JSON can write as an escape and UTF-8 cannot: a database refuses it. A loop
 * instead of recursion, since a body may be nested deeper than the stack.
 * @throws Problem `invalid-params`.
 */
export function requireWholeText(body: unknown): void {
  const errors: PointedFault[] = [];
  const places: Place[] = [{ value: body, key: '', around: undefined }];
  // Grows during the loop.
  for (const place of places) {
    const { value } = place;
    if (typeof value === 'string' && !value.isWellFormed()) errors.push({ pointer: pointTo(place), message });
    if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        places.push({ value: item, key, around: place });
        // A key that is broken itself cannot be pointed at.
        if (!key.isWellFormed()) errors.push({ pointer: pointTo(place), message });
      }
    if (errors.length >= mostFaults) break;
  }
  if (errors.length > 0)
    throw new Problem(
      'invalid-params',
      'Some values are not accepted. Correct those listed and send it again.',
      { errors: errors.slice(0, mostFaults) },
    );
}

function pointTo(place: Place): string {
  const keys: string[] = [];
  for (let at = place; at.around; at = at.around) keys.push(at.key.toWellFormed());
  return toShownPointer(...keys.reverse().slice(0, mostKeys));
}
