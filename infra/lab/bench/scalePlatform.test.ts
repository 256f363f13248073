import { expect, test } from 'vitest';
import { describeNodeProcess } from '../../launcher/processes/nodeProcesses.ts';
import { describe } from './scalePlatform.ts';

test('what is measured is started as the launcher starts it', () => {
  const main = 'api/main.ts';
  const own = { name: 'api-1', main, env: { API_PORT: '1' }, readyUrl: 'http://127.0.0.1:1' };
  const launched = describeNodeProcess(
    { root: '/', config: { dataDir: '/', shutdownSeconds: 1 } },
    { name: 'api', main, env: {}, isReady: async () => true, healthUrl: own.readyUrl },
  );
  const measured = describe('/', own);
  expect(measured.args).toEqual(launched.args);
  expect(measured.args.length).toBeGreaterThan(1);
  expect(measured.env).toEqual({ MALLOC_ARENA_MAX: launched.env.MALLOC_ARENA_MAX, API_PORT: '1' });
});
