import { expect, test } from 'vitest';
import { findSharing, sortTests } from './testProjects.ts';

test('sorts tests by what they import, directly or through other test code', () => {
  const files = {
    'core/pure.test.ts': "import { bid } from './bid.ts';",
    'core/bid.ts': "import { spawn } from 'node:child_process';",
    'core/rows.test.ts': "import { setUp } from './testing/setUp.ts';",
    'core/testing/setUp.ts': "import { createTestDatabase } from './db/testDatabase.ts';",
    'core/testing/db/testDatabase.ts': '',
    'bot/cache.test.ts': "import { createTestRedis } from '@star-graph/core/testing/services/testRedis';",
    'infra/chaos/kill.test.ts': "import { start } from '../launcher/start.ts';",
    'infra/launcher/start.ts': "import { spawn } from 'node:child_process';",
    'extension/testing/click.test.ts': '',
    'api/console/testing/create.test.ts': "import { spawn } from 'node:child_process';",
    'infra/containers/build.ops.test.ts': "import { spawn } from 'node:child_process';",
  };
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  expect(sortTests(sources)).toEqual({
    unit: ['core/pure.test.ts'],
    services: ['core/rows.test.ts', 'bot/cache.test.ts', 'infra/chaos/kill.test.ts'],
    browser: ['extension/testing/click.test.ts', 'api/console/testing/create.test.ts'],
    ops: ['infra/containers/build.ops.test.ts'],
  });
});

test('finds the tests that share a running console, directly or through other test code', () => {
  const files = {
    'api/console/testing/sharedConsole.ts': '',
    'api/console/testing/gallery/fixture.ts': "import { sharedConsole } from '../sharedConsole.ts';",
    'api/console/testing/gallery/gallery.test.ts': "import { openGallery } from './fixture.ts';",
    'api/console/testing/create.test.ts': "import { sharedConsole } from './sharedConsole.ts';",
    'api/console/testing/own.test.ts': "import { startConsole } from './consoleSetup.ts';",
  };
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  expect(findSharing(sources)).toEqual([
    'api/console/testing/gallery/gallery.test.ts',
    'api/console/testing/create.test.ts',
  ]);
});
