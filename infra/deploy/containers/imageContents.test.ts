import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { listImports, readSourceFiles } from '../../tooling/sourceFiles.ts';
import { extraFiles, imageContents, isLeftOut } from './imageContents.ts';

const root = join(import.meta.dirname, '../../..');
const dockerfile = readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8');

test('every package of the workspace is installed from its own manifest', () => {
  const { packages } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
    packages: string[];
  };
  for (const name of packages) expect(dockerfile).toContain(`COPY ${name}/package.json ${name}/\n`);
});

test('the package manager of an image is that of the checkout', () => {
  const [, version] =
    /pnpmVersion = '([\d.]+)'/.exec(readFileSync(join(root, 'infra/cli/workspace.mjs'), 'utf8')) ?? [];
  expect(dockerfile).toContain(`ARG PNPM_VERSION=${version}\n`);
});

test('every image ends as a user without rights, and on SIGTERM', () => {
  const last = dockerfile.slice(dockerfile.indexOf('FROM scratch AS runtime'));
  expect(last.match(/^(USER|STOPSIGNAL|ENTRYPOINT) .+$/gm)).toEqual([
    'USER 65532:65532',
    'STOPSIGNAL SIGTERM',
    'ENTRYPOINT ["/usr/local/bin/node"]',
  ]);
  for (const image of Object.keys(imageContents)) {
    expect(last).toContain(`FROM runtime AS ${image}\n`);
    expect(last).toContain(`COPY --from=system /out/${image} /app\n`);
  }
  expect(last.match(/^HEALTHCHECK /gm)).toHaveLength(Object.keys(imageContents).length - 1);
});

test('what is required by a name made at run time is named', () => {
  const isShipped = /^(api|core|bot|workflows|infra\/preview-backend)\/.*\.ts$/;
  const requiring = readSourceFiles(isShipped).filter(
    (file) => !isLeftOut(file.path) && file.text.includes('createRequire('),
  );
  const required = requiring.flatMap(({ text }) =>
    [...text.matchAll(/(?:require\.resolve|createRequire\(import\.meta\.url\))\('([^']+)'\)/g)].map(
      ([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '',
    ),
  );
  const named = Object.values(extraFiles).flatMap((files) => files.map(({ package: link }) => link));
  expect(required.length).toBeGreaterThan(2);
  for (const name of required)
    expect(named.some((link) => link.endsWith(`/node_modules/${name}`))).toBe(true);
});

test('no shipped file imports what images leave out', () => {
  const shipped = readSourceFiles(/^(api|core|bot|workflows|infra\/preview-backend)\/.*\.ts$/).filter(
    ({ path }) => !isLeftOut(path),
  );
  const faults = shipped.flatMap((file) =>
    listImports(file)
      .filter((specifier) => /\/testing\/|\.test\.ts$/.test(specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  expect(faults).toEqual([]);
});
