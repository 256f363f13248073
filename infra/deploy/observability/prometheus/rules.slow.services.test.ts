import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folder, listYaml } from './readRules.ts';
import { hasPromtool, runPromtool } from './tools.ts';

test.runIf(hasPromtool)('Prometheus takes the configuration, its rules and targets', async () => {
  const checked = await runPromtool('check', 'config', 'prometheus.yml');
  expect(checked).toContain('prometheus.yml is valid');
  expect(await runPromtool('check', 'rules', '--lint-fatal', ...listYaml('rules'))).not.toContain('FAILED');
});

test.runIf(hasPromtool)('every alert fires when it should, and only then', async () => {
  expect(await runPromtool('test', 'rules', ...listYaml('tests'))).toContain('SUCCESS');
});

test.runIf(hasPromtool)('the jobs of compose and of every exporter are valid', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'jobs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  // `compose/` stands in the place of `scrape/`.
  const files = ['compose', 'exporters'].map((name) => join(folder, name, '*.yml'));
  await writeFile(join(dir, 'all.yml'), JSON.stringify({ scrape_config_files: files }));
  expect(await runPromtool('check', 'config', join(dir, 'all.yml'))).toContain('is valid');
});
