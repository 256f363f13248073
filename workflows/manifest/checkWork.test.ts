import { describe, expect, test } from 'vitest';
import { ManifestError, parseManifest } from '../manifest.ts';
import { sampleManifest } from '../testing/sampleManifest.ts';

function faultsOf(document: unknown): unknown {
  try {
    parseManifest(document);
    return [];
  } catch (error) {
    return error instanceof ManifestError ? error.faults : error;
  }
}

interface WorkAndRates {
  work?: object;
  rates?: object;
}

describe('refuses', () => {
  test.each([
    ['work without end', { work: { base: 1e6, times: ['steps', 'count'] } }, 2 ** 53 - 1, '/work'],
    ['work beyond all GPUs that costs nothing', { rates: { creditsPerUnit: 0 } }, 1e12, '/work'],
    ['a price that nobody has', { rates: { creditsPerUnit: 100_001 } }, 40, '/rates/creditsPerUnit'],
    ['a task of weeks', { rates: { secondsPerUnit: 9_000 } }, 40, '/rates/secondsPerUnit'],
    ['a start of more than a day', { rates: { overheadSeconds: 90_000 } }, 40, '/rates/secondsPerUnit'],
    ['a parameter that counts twice', { work: { times: ['steps', 'steps'] } }, 40, '/work/times/1'],
  ])('%s, even if few requests would reach it', (_, { work, rates }: WorkAndRates, maximum, pointer) => {
    const document = sampleManifest();
    Object.assign(document.params.properties, {
      steps: { type: 'integer', title: 'Steps', minimum: 1, maximum, default: 20 },
      count: { type: 'integer', title: 'Count', minimum: 1, maximum, default: 1 },
    });
    Object.assign(document.binding, { count: '9.cfg' });
    const cheap = { creditsPerUnit: 0.1, secondsPerUnit: 0.1, overheadSeconds: 1 };
    const spoilt = {
      ...document,
      work: { base: 0.25, times: ['steps'], ...work },
      rates: { ...cheap, ...rates },
    };
    expect(faultsOf(spoilt)).toEqual([{ pointer, message: expect.stringMatching(/^[A-Z].*\.$/) }]);
  });
});

test('takes a price and a time just below the limits', () => {
  const rates = { creditsPerUnit: 66_000, secondsPerUnit: 5_700, overheadSeconds: 3 };
  expect(parseManifest({ ...sampleManifest(), rates }).name).toBe('watercolour');
});
