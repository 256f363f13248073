import { expect, test } from 'vitest';
import { hasPromtool, runPromtool } from './promtool.ts';
import { listYaml } from './readRules.ts';

test.runIf(hasPromtool)('Prometheus takes the configuration, its rules and targets', async () => {
  const checked = await runPromtool('check', 'config', 'prometheus.yml');
  expect(checked).toContain('prometheus.yml is valid');
  expect(await runPromtool('check', 'rules', '--lint-fatal', ...listYaml('rules'))).not.toContain('FAILED');
});

test.runIf(hasPromtool)('every alert fires when it should, and only then', { timeout: 240_000 }, async () => {
  expect(await runPromtool('test', 'rules', ...listYaml('tests'))).toContain('SUCCESS');
});
