import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { findOpener, openLink, removePage } from './openBrowser.ts';

const desktop = {
  env: { DISPLAY: ':0' },
  platform: 'linux' as NodeJS.Platform,
  isTerminal: true,
  isRoot: false,
};

test('a browser is opened for a person at a desktop', () => {
  expect(findOpener(desktop)).toBe('xdg-open');
  expect(findOpener({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe('xdg-open');
  expect(findOpener({ ...desktop, platform: 'darwin', env: {} })).toBe('open');
});

test.each([
  ['a server', { env: {} }],
  ['CI', { env: { ...desktop.env, CI: 'true' } }],
  ['SSH', { env: { ...desktop.env, SSH_CONNECTION: '::1 1 ::1 22' } }],
  ['BROWSER=none', { env: { ...desktop.env, BROWSER: 'none' } }],
  ['a pipe', { isTerminal: false }],
  ['root', { isRoot: true }],
])('no browser is opened for %s', (_name, change) => {
  expect(findOpener({ ...desktop, ...change })).toBeUndefined();
});

test('the link is in a file of this user, and in no argument', async () => {
  const dataDir = createTestDir();
  const link = 'http://localhost:8080/#welcome=ABCD';
  const opener = join(dataDir, 'opener');
  writeFileSync(opener, `#!/bin/sh\necho "$@" > ${join(dataDir, 'seen')}\n`, { mode: 0o700 });
  expect(await openLink(opener, { dataDir, link })).toBeUndefined();
  const page = readFileSync(join(dataDir, 'seen'), 'utf8').trim();
  expect(page).not.toContain('ABCD');
  expect(readFileSync(page, 'utf8')).toContain(`url=${link}"`);
  expect(statSync(page).mode & 0o777).toBe(0o600);
  removePage(dataDir);
  expect(statSync(page, { throwIfNoEntry: false })).toBeUndefined();
});

test('a browser that cannot be opened is said, with the way out', async () => {
  const dataDir = createTestDir();
  const said = await openLink(join(dataDir, 'none'), { dataDir, link: 'http://localhost/' });
  expect(said).toMatch(/^No browser was opened \(.+\)\. Open the link above\.$/);
});
