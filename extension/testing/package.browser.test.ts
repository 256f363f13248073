import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problemTexts } from '@star-graph/workflows/shared/problemTexts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listings } from '../store/listing.ts';
import { type BrowserName, copyExtension, type ExtensionFolder } from './browsers/extensionFolder.ts';

const browsers: BrowserName[] = ['chrome', 'firefox'];
const builds = new Map<BrowserName, ExtensionFolder>();
const directoryOf = (browser: BrowserName) => builds.get(browser)?.directory ?? '';
const gzipBytes = async (browser: BrowserName, file: string) =>
  gzipSync(await readFile(join(directoryOf(browser), file)), { level: 9 }).length;
const readManifest = async (browser: BrowserName) =>
  JSON.parse(await readFile(join(directoryOf(browser), 'manifest.json'), 'utf8'));

beforeAll(async () => {
  for (const browser of browsers) builds.set(browser, await copyExtension(browser));
});
afterAll(async () => {
  for (const build of builds.values()) await build[Symbol.asyncDispose]();
});

describe.each(browsers)('built for %s', (browser) => {
  test.each([
    ['page.js', 5],
    ['menuTarget.js', 1],
    ['hoverButton.js', 14],
    ['pages.js', 2],
    ['overlay.js', 24],
    ['background.js', 30],
  ])('keeps %s within %i kB, compressed', async (file, kilobytes) => {
    expect(await gzipBytes(browser, file)).toBeLessThanOrEqual(kilobytes * 1024);
  });

  test.each([
    ['en', 'en'],
    ['zh_CN', 'zh-CN'],
  ] as const)(
    'says in %s what the server refuses, and of a second factor in its own words',
    async (folder, locale) => {
      const file = join(directoryOf(browser), '_locales', folder, 'messages.json');
      const messages: Record<string, { message: string }> = JSON.parse(await readFile(file, 'utf8'));
      const said = (code: string) => messages[`problem_${code.replaceAll('-', '_')}`]?.message;
      const { 'second-factor-needed': ofServer, ...others } = problemTexts;
      for (const [code, text] of Object.entries(others)) expect(said(code), code).toBe(text[locale]);
      expect(said('second-factor-needed')).toContain('/link');
      expect(ofServer[locale]).not.toContain('/link');
    },
  );

  test('explains each of its permissions to the stores, in both languages', async () => {
    const { permissions, optional_host_permissions: hosts } = await readManifest(browser);
    for (const listing of Object.values(listings))
      expect(Object.keys(listing.permissions)).toEqual(expect.arrayContaining([...permissions, ...hosts]));
  });

  test('requests no site at installation and is hidden from pages', async () => {
    const manifest = await readManifest(browser);
    expect(manifest.manifest_version).toBe(3);
    expect(manifest.host_permissions ?? []).toEqual([]);
    expect(manifest.optional_host_permissions).toEqual(['<all_urls>']);
    expect(manifest.content_scripts ?? []).toEqual([]);
    expect(manifest.web_accessible_resources ?? []).toEqual([]);
    expect(manifest.externally_connectable).toBeUndefined();
  });
});

test('opens no sidebar by itself in Firefox', async () => {
  const { sidebar_action } = await readManifest('firefox');
  expect(sidebar_action).toMatchObject({
    default_panel: 'sidepanel.html',
    default_title: '__MSG_panelTitle__',
    open_at_install: false,
  });
});
