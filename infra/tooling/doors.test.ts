import { expect, test } from 'vitest';
import { listImports, readSourceFiles, resolveImport } from './sourceFiles.ts';

/** The folders of doors that know no protocol. */
const shared = ['testing'];

/** The protocol that a file speaks; undefined: none. */
function doorOf(path: string): string | undefined {
  const [, folder] = /^api\/doors\/([^/]+)\//.exec(path) ?? [];
  return folder === undefined || shared.includes(folder) ? undefined : folder;
}

test('a door imports no other one, and what doors share imports none', () => {
  const files = readSourceFiles(/^api\/doors\/.*\/.*\.ts$/);
  expect(files.some(({ path }) => doorOf(path) !== undefined)).toBe(true);
  const faults = files.flatMap((file) =>
    listImports(file)
      .map((specifier) => resolveImport(file, specifier))
      .filter((target) => target !== undefined && ![undefined, doorOf(file.path)].includes(doorOf(target)))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(faults).toEqual([]);
});
