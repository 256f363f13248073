import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { expect, test } from 'vitest';
import { makeFolder } from '../../launcher/testing/installed.ts';
import { runDoctor } from './runDoctor.ts';

async function run(env: Record<string, string>, change: { servers?: string[]; isJson?: boolean } = {}) {
  const root = await makeFolder();
  let text = '';
  const code = await runDoctor(
    { clock: systemClock },
    {
      root,
      env: { PATH: process.env.PATH ?? '', DATA_DIR: root, ...env },
      servers: [],
      isJson: false,
      ...change,
    },
    {
      write: (part) => {
        text += part;
      },
      showWaiting: () => undefined,
      look: { hasColour: false, width: 100 },
    },
  );
  return { code, text };
}

test('settings that start nothing are one finding with all faults', async () => {
  const { code, text } = await run({ API_PORT: 'x', REDIS_URL: 'hello', FILE_SIGNING_KEY: 'short' });
  expect(code).toBe(2);
  for (const name of ['API_PORT', 'REDIS_URL', 'FILE_SIGNING_KEY', 'doctor.md#configuration-wrong'])
    expect(text).toContain(name);
});

test('a platform that does not run is told in notes', async () => {
  const { code, text } = await run({}, { isJson: true });
  const { worst, checks } = JSON.parse(text);
  expect([code, worst]).toEqual([1, 'warning']);
  expect(checks.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['programs', 'settings', 'secrets', 'disk', 'database', 'redis', 'backups']),
  );
  expect(text).toContain('infra/docs/doctor.md#not-running');
});

test('servers that are named are looked at alone', async () => {
  const { code, text } = await run({}, { servers: ['http://127.0.0.1:1'] });
  expect(code).toBe(2);
  expect(text).toMatch(/^✗ gpu 127\.0\.0\.1:1\n {3}error {4}Nothing listens at 127\.0\.0\.1:1\./);
  expect(text).toMatch(/\n\n1 error\.\n$/);
});
