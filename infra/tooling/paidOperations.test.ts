import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { expect, test } from 'vitest';
import { listImports, readSourceFiles, type SourceFile } from './sourceFiles.ts';

/** What makes a task is refused for want of credits, and where too many tasks wait. */
const paid = Object.entries(routes as Record<string, RouteSpec>).flatMap(([name, { problems }]) =>
  problems?.includes('insufficient-credits') && problems.includes('queue-full') ? [name] : [],
);

/** Who calls them, by client: each passes its guard, which asks before an equal press is paid again. */
const callers: Readonly<Record<string, RegExp>> = {
  'api/console/app/views/create/presses.ts': /\/pressPaid$/,
  'api/console/app/views/create/draft/writeWords.ts': /\/pressPaid$/,
  'api/console/app/views/gallery/film/useFilmEdit.ts': /\/pressPaid$/,
  'api/console/app/views/admin/workflows/TryDialog.tsx': /\/pressPaid$/,
};

const sources = readSourceFiles(/^(api\/console\/app|api\/ui)\/.*\.tsx?$/).filter(
  ({ path }) => !/\.test\.tsx?$|\/testing\//.test(path),
);

const call = new RegExp(`\\.(?:${paid.join('|')})\\s*[(<]`);
const isCaller = ({ text }: SourceFile) => call.test(text);

test('what makes a task is known by what refuses it', () => {
  expect(paid.toSorted()).toEqual(['adminTryWorkflow', 'describeAsset', 'expandPrompt', 'generate']);
});

test('nothing that costs credits is called beside the guards', () => {
  expect(
    sources
      .filter(isCaller)
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(Object.keys(callers).toSorted());
  for (const source of sources.filter(isCaller)) {
    const guard = callers[source.path];
    expect(guard && listImports(source).some((name) => guard.test(name)), source.path).toBe(true);
  }
});
