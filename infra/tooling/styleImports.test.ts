import { expect, test } from 'vitest';
import { listStaticImports, readSourceFiles, resolveImport, type SourceFile } from './sourceFiles.ts';

const sources = readSourceFiles(/^(api\/(ui|console\/app)|extension)\/.*\.(tsx?|css)$/).filter(
  ({ path }) => !/\.test\.tsx?$|\/(testing|showcase)\//.test(path),
);
const byPath = new Map(sources.map((file) => [file.path, file]));
const isOfUi = ({ path }: SourceFile) => path.startsWith('api/ui/');
const targetsOf = (file: SourceFile): SourceFile[] =>
  listStaticImports(file).flatMap((specifier) => byPath.get(resolveImport(file, specifier) ?? '') ?? []);

/** What a page of its own has, whatever it shows. */
const ofPages = sources.filter(({ path }) => /^api\/ui\/(base|tokens)\.css$/.test(path));

/** A component with all that it draws by. */
function partsOf(component: SourceFile): SourceFile[] {
  const parts = new Set([component, ...ofPages]);
  // A set hands out what is added while it is walked.
  for (const part of parts) for (const target of targetsOf(part)) parts.add(target);
  return [...parts];
}

const namesIn = (files: readonly SourceFile[], end: RegExp, before: string): Set<string> => {
  const pattern = new RegExp(`${before}(sg-[a-z0-9-]+)`, 'g');
  const names = files
    .filter(({ path }) => end.test(path))
    .flatMap(({ text }) => [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []));
  return new Set(names);
};
/** Those that a rule begins with: a sheet that arranges parts of others does not draw them. */
const classesOf = (files: readonly SourceFile[]) => namesIn(files, /\.css$/, '\n *\\.');

test('a component that pages import brings the style sheets of all that it draws', () => {
  const known = classesOf(sources.filter(isOfUi));
  const pages = sources.filter((file) => !isOfUi(file));
  const components = new Set(
    pages.flatMap(targetsOf).filter((file) => isOfUi(file) && file.path.endsWith('.tsx')),
  );
  const faults = [...components].flatMap((component) => {
    const parts = partsOf(component);
    const own = classesOf(parts);
    return [...namesIn(parts, /\.tsx$/, '[\'"` ]')]
      .filter((name) => known.has(name) && !own.has(name))
      .map((name) => `${component.path} draws ${name} without its style sheet`);
  });
  expect(faults).toEqual([]);
  expect(components.size).toBeGreaterThan(20);
});
