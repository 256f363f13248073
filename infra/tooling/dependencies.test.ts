import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

const manifests = readSourceFiles(/(^|\/)package\.json$/).map(({ path, text }) => ({
  path,
  manifest: JSON.parse(text) as {
    name: string;
    private?: boolean;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  },
}));

test('our packages are taken from this folder and never from a registry', () => {
  const names = manifests.map(({ manifest }) => manifest.name);
  for (const { path, manifest } of manifests) {
    expect([path, manifest.private]).toEqual([path, true]);
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const isOurs = names.includes(name) || name.startsWith('@star-graph/');
      expect([path, name, version === 'workspace:*']).toEqual([path, name, isOurs]);
    }
  }
});

test('every described change names packages of the workspace, so that a release can be made of it', () => {
  const names = manifests.map(({ manifest }) => manifest.name).filter((name) => name.includes('/'));
  const faults = readSourceFiles(/^\.changeset\/(?!README)[^/]+\.md$/).flatMap(({ path, text }) => {
    const [, head = ''] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
    const named = [...head.matchAll(/^(['"]?)(.+)\1: (major|minor|patch)$/gm)].map(([, , name = '']) => name);
    return named.length > 0 && named.every((name) => names.includes(name)) ? [] : [path];
  });
  expect(faults).toEqual([]);
});

test('other packages come as versions, and from no other place', () => {
  const faults = manifests.flatMap(({ path, manifest }) =>
    Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    })
      .filter(([, version]) => !/^(workspace:\*|[\^~]?\d+(\.\d+){0,2}(-[\w.]+)?)$/.test(version))
      .map(([name, version]) => `${path}: ${name} ${version}`),
  );
  expect(faults).toEqual([]);
});

test('the lock file pins every package by its hash and names no host', () => {
  const [lock] = readSourceFiles(/^pnpm-lock\.yaml$/);
  const resolutions = [...(lock?.text ?? '').matchAll(/resolution: (\{.*\})/g)].map(([, text]) => text);
  expect(resolutions.length).toBeGreaterThan(100);
  expect(resolutions.filter((text) => !/^\{integrity: sha512-[A-Za-z0-9+/=]+\}$/.test(text ?? ''))).toEqual(
    [],
  );
  expect(lock?.text).not.toMatch(/https?:\/\/|git\+|tarball:/);
});

test('no package may run a script while it is installed', () => {
  const [workspace] = readSourceFiles(/^pnpm-workspace\.yaml$/);
  const builds = /allowBuilds:\n((?: {2}.*\n?)*)/.exec(workspace?.text ?? '')?.[1] ?? '';
  expect(builds.trim().split('\n').length).toBeGreaterThan(0);
  expect(builds).not.toContain('true');
  expect(workspace?.text).not.toMatch(/dangerouslyAllowAllBuilds|onlyBuiltDependencies/);
});
