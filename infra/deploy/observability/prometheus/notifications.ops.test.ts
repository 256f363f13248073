import { expect, test } from 'vitest';
import { runAmtool } from './tools.ts';

const config = 'alertmanager.example.yml';

/** Who is told of an alert with these labels. */
const findReceivers = async (...labels: string[]): Promise<string> =>
  (await runAmtool('config', 'routes', 'test', `--config.file=${config}`, ...labels)).trim();

test('Alertmanager takes the example', async () => {
  expect(await runAmtool('check-config', config)).toContain('SUCCESS');
});

test('a page calls somebody, and a ticket goes to the post', async () => {
  expect(await findReceivers('alertname=NoLeader', 'severity=page')).toBe('pager');
  expect(await findReceivers('alertname=MemoryHigh', 'severity=ticket')).toBe('tickets');
});
