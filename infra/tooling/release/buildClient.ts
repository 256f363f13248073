import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const run = promisify(execFile);

const root = join(import.meta.dirname, '../../..');
const sources = join(root, 'api/client');
export const clientFolder = join(sources, 'dist');

/** Beside the code: what the types are derived with. It is never loaded at run time. */
const typeDependencies = ['zod'];
const dependencies = ['@stomp/stompjs', 'eventsource-parser'];

/** Builds the package `@star-graph/client` into an empty folder, as it is published: `npm publish <folder>`. */
export async function buildClient(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundleCode(folder);
  await bundleTypes(folder);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await createManifest(), null, 2)}\n`);
  await copyFile(join(sources, 'README.md'), join(folder, 'README.md'));
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** The code alone, without types and manifest. */
export async function bundleCode(folder: string): Promise<void> {
  await using bundle = await rolldown({
    input: { index: join(sources, 'index.ts') },
    platform: 'neutral',
    external: dependencies,
    plugins: [resolveOurs((folder, path) => join(root, folder, `${path}.ts`))],
  });
  await bundle.write({ dir: folder, format: 'es' });
}

/** The compiler writes a file of types beside each source; the bundle of them leaves out what the package hides. */
async function bundleTypes(folder: string): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), 'client-types-'));
  try {
    await emitTypes(emitted);
    await using bundle = await rolldown({
      input: { index: join(emitted, 'api/client/index.d.ts') },
      external: [...dependencies, ...typeDependencies],
      plugins: [
        resolveOurs((folder, path) => join(emitted, folder, `${path}.d.ts`)),
        dts({ tsconfig: false, generator: 'oxc', dtsOnly: true }),
      ],
    });
    await bundle.write({ dir: folder, format: 'es' });
  } finally {
    await rm(emitted, { recursive: true });
  }
}

async function emitTypes(folder: string): Promise<void> {
  const config = {
    extends: join(root, 'api/tsconfig.browser.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      rootDir: root,
      outDir: folder,
      // Types of a linked package would not be written.
      paths: {
        '@star-graph/workflows': [join(root, 'workflows/index.ts')],
        '@star-graph/workflows/*': [join(root, 'workflows/*.ts')],
        '@star-graph/contract/*': [join(root, 'api/contract/*.ts')],
      },
    },
    include: [],
    files: [join(sources, 'index.ts')],
  };
  const path = join(folder, 'tsconfig.json');
  await writeFile(path, JSON.stringify(config));
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', path, '--checkers', '1']);
}

/** The other packages of the workspace go into the bundle. */
const resolveOurs = (locate: (folder: string, path: string) => string): Plugin => ({
  name: 'ours',
  resolveId: (id) => {
    const [, name, path = 'index'] = /^@star-graph\/(workflows|contract)(?:\/(.*))?$/.exec(id) ?? [];
    if (name === undefined) return undefined;
    return locate(name === 'contract' ? 'api/contract' : name, path);
  },
});

async function createManifest(): Promise<object> {
  const own = JSON.parse(await readFile(join(sources, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = { ...own.devDependencies, ...own.dependencies };
  return {
    name: own.name,
    version: own.version,
    description: 'Pictures and films from a Star-Graph platform: a typed client for Node and browsers',
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.12' },
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    dependencies: Object.fromEntries(
      [...dependencies, ...typeDependencies].map((name) => [name, versions[name]]),
    ),
  };
}
