import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

test('strangers’ pictures are opened in the process without keys alone', () => {
  const opens = /^import (?!type\b)[^;]*from '(?:sharp|[^']*\/images\/(?!prepareForBackend)[^']*)';/m;
  const mayOpen =
    /^core\/media\/(images\/|sandbox\/pictureWork\.ts$)|^api\/(console|ui)\/|\.test\.tsx?$|\/testing\//;
  const openers = readSourceFiles(/^(core|api|bot)\/.*\.tsx?$/)
    .filter(({ path, text }) => !mayOpen.test(path) && opens.test(text))
    .map(({ path }) => path);
  // It draws a picture of its own.
  expect(openers).toEqual(['core/work/dispatch/upkeep/warmUpGraph.ts']);
});
