import { describe, test } from 'vitest';
import { callers, fuzzFixture } from './testing/fuzz.ts';

const fuzz = fuzzFixture();
const requests = Number(process.env.FUZZ_REQUESTS ?? 300);

describe('malformed requests over the whole contract meet no fault', () => {
  test.each(callers)('as %s', (caller) => fuzz(caller, requests), 60_000 + requests * 200);
});
