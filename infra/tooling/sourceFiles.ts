import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Files that git ignores: made by tools, not written by us. */
const generatedDirs = new Set(['.git', 'node_modules', '.data', '.output', '.wxt', 'dist', 'coverage']);

export interface SourceFile {
  /** The path from the root, with slashes. */
  path: string;
  text: string;
}

/** Every file we write whose path matches. */
export function readSourceFiles(pattern: RegExp): SourceFile[] {
  return listFiles(root)
    .map((file) => relative(root, file).split(sep).join('/'))
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function listFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (generatedDirs.has(entry.name)) return [];
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

const staticImport = /^[ \t]*(?:import|export)\b[^'";=]*?\bfrom\s*(['"])([^'"\n]+)\1/gm;
const bareImport = /^[ \t]*import\s*(['"])([^'"\n]+)\1/gm;
const dynamicImport = /\bimport\(\s*(['"])([^'"\n]+)\1/g;

/** The module specifiers a file names, type imports included: they are dependencies of the reader all the same. */
export const listImports = (file: SourceFile): string[] => [
  ...listStaticImports(file),
  ...listSpecifiers(file, dynamicImport),
];

/** What a file names outside its functions: without `import()`, which loads when it is called. */
export const listStaticImports = (file: SourceFile): string[] =>
  [staticImport, bareImport].flatMap((pattern) => listSpecifiers(file, pattern));

const listSpecifiers = ({ text }: SourceFile, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[2] ?? '');

/** The folder of the package that a path lies in. */
export function packageOf(path: string): string {
  return (
    /^infra\/preview-backend(?=\/)|^infra\/docs(?=\/(\.vitepress\/|package\.json|translation\.))|^api\/(client|console|contract|ui)(?=\/)|^[^/]+/.exec(
      path,
    )?.[0] ?? ''
  );
}

/** The file an import leads to within the project, such as `core/ground/runtime/clock.ts`; undefined for a package of others. */
export function resolveImport(from: SourceFile, specifier: string): string | undefined {
  const [, ours, inside] = /^@star-graph\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  const parent = {
    'preview-backend': 'infra/',
    client: 'api/',
    console: 'api/',
    contract: 'api/',
    ui: 'api/',
  }[ours ?? ''];
  const folder = ours && `${parent ?? ''}${ours}`;
  // Components and style sheets are named with their ending, modules without.
  if (folder !== undefined)
    return `${folder}/${inside ?? 'index'}${/\.(tsx|css)$/.test(inside ?? '') ? '' : '.ts'}`;
  if (!specifier.startsWith('.')) return undefined;
  return new URL(specifier, `file:///${from.path}`).pathname.slice(1);
}
