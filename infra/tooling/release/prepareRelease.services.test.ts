import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changelogPath, prepareRelease } from './prepareRelease.ts';

const project = join(import.meta.dirname, '../../..');
const packages = [
  '.',
  'core',
  'api',
  'bot',
  'extension',
  'workflows',
  'infra',
  'infra/preview-backend',
].concat(['client', 'console', 'contract', 'ui'].map((name) => `api/${name}`));

let root: string;

/** The files of this project that a release reads and writes, without its described changes. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-test-'));
  const files = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', '.changeset/config.json'];
  for (const file of [...files, ...packages.map((name) => `${name}/package.json`)]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await cp(join(project, file), join(root, file));
  }
  const manifests = 'infra/deploy/kubernetes';
  await cp(join(project, manifests), join(root, manifests), { recursive: true });
  await mkdir(join(root, 'infra/docs'));
  await writeFile(
    join(root, changelogPath),
    '# Changelog\n\n<!-- The newest release comes first. -->\n\n## 0.1.0 (2026-01-01)\n\n### New\n\n- All.\n',
  );
});

afterEach(() => rm(root, { recursive: true, force: true }));

const describeChange = (name: string, kind: string, text: string, of = 'core') =>
  writeFile(join(root, '.changeset', `${name}.md`), `---\n'@star-graph/${of}': ${kind}\n---\n\n${text}\n`);

const read = (file: string) => readFile(join(root, file), 'utf8');
const readVersions = async () =>
  new Set(
    await Promise.all(packages.map(async (name) => JSON.parse(await read(`${name}/package.json`)).version)),
  );

test('every package of the project has the same version', async () => {
  expect((await readVersions()).size).toBe(1);
});

test('a release raises all packages by the greatest described change', async () => {
  const [before = ''] = await readVersions();
  await describeChange('one', 'patch', 'A picture is not lost.');
  await describeChange('two', 'minor', 'Videos have sound.\n\nIn all browsers.', 'extension');
  const [major, minor] = before.split('.').map(Number);
  const next = `${major}.${(minor ?? 0) + 1}.0`;
  expect(await prepareRelease(root, '2026-11-27')).toBe(next);
  expect([...(await readVersions())]).toEqual([next]);
  expect(await readdir(join(root, '.changeset'))).toEqual(['config.json']);
});

test('links of a described change lead to the same pages from the changelog', async () => {
  await describeChange('one', 'minor', 'See [keys](../infra/docs/keys.md#a) and [how](../CONTRIBUTING.md).');
  await prepareRelease(root, '2026-11-27');
  expect(await read(changelogPath)).toContain('See [keys](keys.md#a) and [how](../../CONTRIBUTING.md).');
});

test('a release is named by the manifests of Kubernetes', async () => {
  await describeChange('one', 'major', 'Another database.');
  const version = await prepareRelease(root, '2026-11-27');
  const base = await read('infra/deploy/kubernetes/base/kustomization.yaml');
  expect(base.match(/newTag: (.+)/g)).toEqual(Array.from({ length: 4 }, () => `newTag: ${version}`));
  // The tag of ComfyUI is the operator's.
  expect(await read('infra/deploy/kubernetes/components/gpu/kustomization.yaml')).toContain('newTag: 0.33.0');
});

test('the changelog has the newest release first, by kinds', async () => {
  await describeChange('one', 'patch', 'A picture is not lost.');
  await describeChange('two', 'minor', 'Videos have sound.\n\nIn all browsers.');
  const version = await prepareRelease(root, '2026-11-27');
  expect(await read(changelogPath)).toBe(
    `# Changelog

<!-- The newest release comes first. -->

## ${version} (2026-11-27)

### New

- Videos have sound.

  In all browsers.

### Mended

- A picture is not lost.

## 0.1.0 (2026-01-01)

### New

- All.
`,
  );
});

test('what people gain is told in the words of the changelog, and every change on a page of its own', async () => {
  const earlier = await read(changelogPath);
  await writeFile(
    join(root, changelogPath),
    earlier.replace('## 0.1.0', '## Next\n\n### For everybody\n\nPictures are kept.\n\n## 0.1.0'),
  );
  await describeChange('one', 'patch', 'A picture is not lost: [how](../CONTRIBUTING.md).');
  await describeChange('two', 'major', 'Make new [keys](../infra/docs/keys.md#a).');
  const version = await prepareRelease(root, '2026-11-27');
  expect(await read(changelogPath)).toBe(`# Changelog

<!-- The newest release comes first. -->

## ${version} (2026-11-27)

### For everybody

Pictures are kept.

### What operators must do

- Make new [keys](keys.md#a).

[All changes of ${version}](changes/${version}.md), one by one.

## 0.1.0 (2026-01-01)

### New

- All.
`);
  expect(await read(`infra/docs/changes/${version}.md`)).toBe(`# All changes of ${version}

## What operators must do

- Make new [keys](../keys.md#a).

## Mended

- A picture is not lost: [how](../../../CONTRIBUTING.md).
`);
});

test('without a described change nothing is written', async () => {
  const before = await read(changelogPath);
  expect(await prepareRelease(root, '2026-11-27')).toBeUndefined();
  expect(await read(changelogPath)).toBe(before);
  expect((await readVersions()).size).toBe(1);
});
