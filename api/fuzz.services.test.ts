import { describe, test } from 'vitest';
import { callers, fuzzFixture } from './testing/fuzz.ts';

const fuzz = fuzzFixture();

// A share of what `npm run test:all` sends.
describe('malformed requests over the whole contract meet no fault', () => {
  test.each(callers)('as %s', (caller) => fuzz(caller, 40));
});
