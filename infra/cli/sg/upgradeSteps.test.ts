import { expect, test } from 'vitest';
import { LaunchFailure } from '../../launcher/failure.ts';
import { listUpgradeSteps, type RestartDeps, restartInOrder } from './upgradeSteps.ts';

const listed = `star-graph-api.service        loaded active running Star-Graph, the API
star-graph-backup.service     loaded active running Star-Graph, a backup
star-graph-bot.service        loaded active running Star-Graph, the Discord bot
star-graph-dispatcher@2.service loaded active running Star-Graph, dispatcher 2
star-graph-dispatcher@1.service loaded active running Star-Graph, dispatcher 1
`;

function createDeps(isReady: (url: string) => boolean, units = listed) {
  const calls: string[] = [];
  const deps: RestartDeps = {
    clock: { sleep: async () => undefined },
    run(...args) {
      calls.push(args.join(' '));
      return args[0] === 'list-units' ? units : '';
    },
    say: () => undefined,
    stopped: new AbortController().signal,
    async isReady(url) {
      calls.push(url);
      return isReady(url);
    },
  };
  return { deps, calls, changes: () => calls.filter((call) => !call.startsWith('list-units')) };
}

test('processes are restarted one after the other, each when the last one serves, dispatchers first', async () => {
  const { deps, changes } = createDeps(() => true);
  await restartInOrder(deps, { API_PORT: '9000' });
  expect(changes()).toEqual([
    'restart star-graph-dispatcher@1.service',
    'http://127.0.0.1:9461/readyz',
    'restart star-graph-dispatcher@2.service',
    'http://127.0.0.1:9462/readyz',
    'restart star-graph-api.service',
    'http://127.0.0.1:9000/readyz',
    'restart star-graph-bot.service',
  ]);
});

test('a process that does not serve ends the upgrade, and those after it are left as they are', async () => {
  const { deps, changes } = createDeps((url) => !url.includes('9462'));
  await expect(restartInOrder(deps, {})).rejects.toThrow('journalctl -u star-graph-dispatcher@2.service');
  expect(changes().filter((call) => call.startsWith('restart'))).toEqual([
    'restart star-graph-dispatcher@1.service',
    'restart star-graph-dispatcher@2.service',
  ]);
});

test('an upgrade without a unit that runs says so', async () => {
  await expect(restartInOrder(createDeps(() => true, '').deps, {})).rejects.toThrow(LaunchFailure);
});

test('an upgrade builds first, and touches no database that the launcher keeps to itself', () => {
  const titles = (env: Record<string, string>) => listUpgradeSteps(env).steps.map(({ title }) => title);
  expect(titles({})).toEqual(['Building the console']);
  expect(listUpgradeSteps({}).left).toContain('stop npm start and start it again');
  expect(titles({ DATABASE_URL: 'mysql://127.0.0.1/x' })).toEqual([
    'Building the console',
    'Backing up',
    'Migrating',
  ]);
});
