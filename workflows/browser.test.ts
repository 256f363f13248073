import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Modules that importing a file evaluates: type-only imports vanish and do not count. */
async function listImports(file: URL): Promise<string[]> {
  const source = await readFile(file, 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s+'([^']+)'/gm);
  return [...statements].flatMap(([, specifier]) => (specifier === undefined ? [] : [specifier]));
}

async function listModules(entry: URL): Promise<{ files: Set<string>; packages: Set<string> }> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file; file = open.pop()) {
    if (files.has(file.href)) continue;
    files.add(file.href);
    for (const specifier of await listImports(file)) {
      if (specifier.startsWith('.')) open.push(new URL(specifier, file));
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

test('gives browsers schemas without graphs and without Node modules', async () => {
  const { files, packages } = await listModules(new URL('browser.ts', import.meta.url));
  expect([...packages]).toEqual(['zod']);
  const names = [...files].map((file) => file.replace(/.*\/workflows\//, ''));
  expect(names).toContain('templates/text2img/params.ts');
  expect(names.filter((name) => name.endsWith('.json') || name.endsWith('/workflow.ts'))).toEqual([]);
});

test('would notice: the package’s entry for Node reads the file system', async () => {
  const { packages } = await listModules(new URL('index.ts', import.meta.url));
  expect([...packages]).toContain('node:fs/promises');
});
