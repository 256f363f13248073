import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { listings } from '../store/listing.ts';

/** The end of a ZIP archive lists its files by name. */
const hasFile = (archive: Buffer, name: string): boolean =>
  archive.lastIndexOf(name) > archive.indexOf('PK\u0001\u0002', 0, 'latin1');

const run = promisify(execFile);
/** What the workspace was installed with is on this machine already. */
const fromCache = { npm_config_prefer_offline: 'true', pnpm_config_prefer_offline: 'true' };

/** As a reviewer of the store does it: unpacked, with the commands that are in there. */
async function buildsFromSources(folder: string): Promise<void> {
  const sources = join(folder, 'sources');
  const [archive = ''] = (await readdir(join(folder, 'store'))).filter((name) =>
    name.endsWith('-sources.zip'),
  );
  await run('unzip', ['-q', join(folder, 'store', archive), '-d', sources]);
  const readme = await readFile(join(sources, 'extension', 'README.md'), 'utf8');
  const [, commands = ''] = /^```sh\n(.*?)^```$/ms.exec(readme) ?? [];
  const { NODE_OPTIONS: _options, ...env } = process.env;
  await run('sh', ['-ec', commands], {
    cwd: sources,
    env: { ...env, ...fromCache, CI: 'true', NODE_ENV: 'production' },
    maxBuffer: 64 * 1024 ** 2,
  });
  const built = await readTree(join(sources, 'extension', '.output', 'firefox-mv3'));
  expect([...built.keys()]).toContain('manifest.json');
  expect(built).toEqual(await readTree(join(folder, 'firefox-mv3')));
}

/** The digests of a folder's files, by their paths. */
async function readTree(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const digests = files.toSorted().map(async (file) => {
    const digest = createHash('sha256').update(await readFile(file));
    return [relative(folder, file), digest.digest('hex')] as const;
  });
  return new Map(await Promise.all(digests));
}

test('one command makes what the stores ask for: packages, sources that build the same, texts and pictures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const makeStore = join(import.meta.dirname, '../store/makeStore.ts');
  await run(process.execPath, [makeStore, folder], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const store = join(folder, 'store');
  await buildsFromSources(folder);
  const names = await readdir(store);
  const pictures = names.filter((name) => name.endsWith('.png'));
  const listed = Object.keys(listings).map((locale) => `listing.${locale}.md`);
  const packages = ['chrome', 'firefox', 'sources'].map((kind) =>
    names.find((name) => name.endsWith(`-${kind}.zip`)),
  );
  expect(names.toSorted()).toEqual([...pictures, ...listed, ...packages].toSorted());
  for (const name of packages.slice(0, 2)) {
    const archive = await readFile(join(store, name ?? ''));
    for (const file of ['manifest.json', 'background.js', '_locales/zh_CN/messages.json'])
      expect(hasFile(archive, file), `${name} has ${file}`).toBe(true);
    // A bundle that names its sources tells where it was made.
    expect(hasFile(archive, '.js.map')).toBe(false);
  }
  for (const [locale, listing] of Object.entries(listings)) {
    const text = await readFile(join(store, `listing.${locale}.md`), 'utf8');
    const messages = JSON.parse(
      await readFile(join(import.meta.dirname, `../public/_locales/${locale}/messages.json`), 'utf8'),
    );
    const summary: string = messages.extensionDescription.message;
    // The longest that Chrome's store takes.
    expect(summary.length).toBeLessThanOrEqual(132);
    const { singlePurpose, sources } = listing;
    for (const said of [summary, singlePurpose, sources, ...listing.description, ...listing.privacy])
      expect(text).toContain(said);
    expect(text).toContain(`- <all_urls>: ${listing.permissions['<all_urls>']}`);
    expect(text).not.toContain('undefined');
    const own = pictures.filter((name) => name.endsWith(`.${locale}.png`));
    expect(own).toHaveLength(Object.keys(listing.screenshots).length);
    for (const name of own) {
      const image = sharp(join(store, name));
      expect(await image.metadata()).toMatchObject({ width: 1280, height: 800, hasAlpha: false });
      // The line over the picture is there: white on the background.
      const { channels } = await image.extract({ left: 0, top: 40, width: 1280, height: 80 }).stats();
      expect(channels[0]?.max).toBeGreaterThan(240);
    }
  }
});
