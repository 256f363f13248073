import { sampleManifest } from '@star-graph/workflows/testing/sampleManifest';
import { expect, test } from 'vitest';
import { compareManifests } from './compareManifests.ts';

test('two versions differ exactly where a value was changed, added or removed', () => {
  const [before, after] = [sampleManifest(), sampleManifest()];
  expect(compareManifests(before, after)).toEqual([]);
  after.title.en = 'Ink';
  after.params.required = ['prompt'];
  delete after.params.properties.seed;
  after.example = { prompt: 'a harbour', steps: 8 };
  expect(compareManifests(before, after)).toEqual([
    { place: '/title/en', before: '"Watercolour"', after: '"Ink"' },
    { place: '/params/properties/seed/type', before: '"integer"', after: undefined },
    { place: '/params/properties/seed/title', before: '"Seed"', after: undefined },
    { place: '/params/properties/seed/x-seed', before: 'true', after: undefined },
    { place: '/params/required', before: '["prompt","image"]', after: '["prompt"]' },
    { place: '/example/steps', before: undefined, after: '8' },
  ]);
});
