import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';
import { findAlone, findSharing, sortTests } from './testProjects.ts';
import config from './vitest.config.ts';

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
    'extension/bytes.test.ts': "import './testing/browsers/base64.ts';",
    'extension/testing/browsers/base64.ts': '',
    'api/console/testing/create.test.ts': "import { spawn } from 'node:child_process';",
    'infra/containers/build.ops.test.ts': "import { spawn } from 'node:child_process';",
  };
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  expect(sortTests(sources)).toEqual({
    unit: ['core/pure.test.ts', 'extension/bytes.test.ts'],
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

test('finds the tests that replace a global or read pictures as the preview backend does', () => {
  const files = {
    'extension/stubs.test.ts': "vi.stubGlobal('browser', fakeBrowser);",
    'extension/sets.test.ts': 'globalThis.browser = fakeBrowser;',
    'extension/asFirefox.test.ts': "import './testing/browsers/base64.ts';",
    'extension/pure.test.ts': "import sharp from 'sharp';",
    'extension/testing/page.test.ts': 'await page.evaluate(() => globalThis.name);',
    'infra/preview-backend/draws.test.ts': "import { draw } from './draw.ts';",
    'infra/preview-backend/draw.ts': "import { picture } from './picture.ts';",
    'infra/preview-backend/picture.ts': "import sharp from 'sharp';",
    'infra/preview-backend/counts.test.ts': "import { draw } from '@star-graph/core/draw';",
    'core/draw.ts': "import sharp from 'sharp';",
    'core/draw.test.ts': "import sharp from 'sharp';",
  };
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  expect(findAlone(sources)).toEqual([
    'extension/stubs.test.ts',
    'extension/sets.test.ts',
    'extension/asFirefox.test.ts',
    'infra/preview-backend/draws.test.ts',
  ]);
});

test('every test file runs in exactly one project', () => {
  const included = (config.test?.projects ?? []).flatMap((project) =>
    typeof project === 'object' && 'test' in project ? (project.test?.include ?? []) : [],
  );
  const written = readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.test\.tsx?$/);
  expect(included.toSorted()).toEqual(written.map(({ path }) => path).toSorted());
});
