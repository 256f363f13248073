import { drainEnvSchema } from '@star-graph/api/drain/drainConfig';
import { botEnvSchema } from '@star-graph/bot/config';
import { envSchema } from '@star-graph/core/ground/config/config';
import { expect, test } from 'vitest';
import { backupEnvSchema } from '../../launcher/backups/backupConfig.ts';
import { readSourceFiles } from '../../tooling/sourceFiles.ts';
import { parseObjects, workloadsOf } from './objects.ts';

const known = new Set(
  [envSchema.shape, botEnvSchema.shape, drainEnvSchema.shape, backupEnvSchema.shape].flatMap((shape) =>
    Object.keys(shape),
  ),
);
/** Of glibc, of programs that read their variables elsewhere, and of the manifest itself. */
const isElsewhere = (name: string) => /^(MALLOC_ARENA_MAX|HOME|POD_NAME|PREVIEW_BACKEND_\w+)$/.test(name);

// Without kubectl, so that a setting that is renamed is missed at once.
test('every variable in a manifest is a setting', () => {
  const files = readSourceFiles(/^infra\/deploy\/kubernetes\/.*\.(yaml|env)$/);
  const names = files.flatMap(({ path, text }) => {
    if (path.endsWith('.env')) return [...text.matchAll(/^([A-Z]\w+)=/gm)].map(([, name = '']) => name);
    if (path.endsWith('kustomization.yaml'))
      return [...text.matchAll(/^ +- ([A-Z]\w+)=/gm)].map(([, name = '']) => name);
    return workloadsOf(parseObjects(text)).flatMap(({ containers }) =>
      containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
    );
  });
  expect(names.length).toBeGreaterThan(30);
  const unknown = names.filter(
    (name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')) && !isElsewhere(name),
  );
  expect(unknown).toEqual([]);
});

test('the figures that servers are scaled by are figures of the dispatcher', () => {
  const source = readSourceFiles(/^core\/work\/dispatch\/.*(?<!\.test)\.ts$/).map(({ text }) => text);
  const [file] = readSourceFiles(
    /^infra\/deploy\/kubernetes\/components\/gpu-autoscale\/scaled-object\.yaml$/,
  );
  const names = file?.text.match(/\bstar_graph_\w+/g) ?? [];
  expect(names.length).toBeGreaterThan(1);
  expect(names.filter((name) => !source.some((text) => text.includes(`name: '${name}'`)))).toEqual([]);
});

test('no proxy is trusted until the operator names it, and the way in is a Gateway', () => {
  const files = readSourceFiles(/^infra\/deploy\/kubernetes\/.*\.(yaml|env)$/);
  const trusted = files.flatMap(({ text }) => text.match(/\bTRUSTED_PROXIES=.*$/gm) ?? []);
  expect(trusted).toEqual(['TRUSTED_PROXIES=']);
  const kinds = files.flatMap(({ path, text }) =>
    path.endsWith('.yaml') ? [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind) : [],
  );
  expect(kinds).toContain('HTTPRoute');
  expect(kinds).not.toContain('Ingress');
});
