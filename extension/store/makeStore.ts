import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { zip } from 'wxt';
import { type Listing, listings } from './listing.ts';

const root = join(import.meta.dirname, '..');
const output = resolve(process.argv[2] ?? join(root, '.output'));
const target = join(output, 'store');
const images = join(root, '..', 'infra', 'docs', 'images');

const screenshot = { width: 1280, height: 800, background: '#15131f' };
/** For the picture, under the line. */
const room = { width: 1120, height: 620 };
/** More of it, and its words would be blurred. */
const mostEnlarged = 1.25;

interface Manifest {
  permissions: string[];
  optional_host_permissions: string[];
}
type Messages = Record<'extensionName' | 'extensionDescription', { message: string }>;

/** The package of each store, and what its form asks for: `node extension/store/makeStore.ts`, with a folder on wish. */
async function makeStore(): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const needed = new Set<string>();
  for (const browser of ['chrome', 'firefox'] as const) {
    await zip({ root, browser, outDir: output });
    const file = join(output, `${browser}-mv3`, 'manifest.json');
    const manifest: Manifest = JSON.parse(await readFile(file, 'utf8'));
    for (const one of [...manifest.permissions, ...manifest.optional_host_permissions]) needed.add(one);
  }
  for (const name of (await readdir(output)).filter((one) => one.endsWith('.zip')))
    await cp(join(output, name), join(target, name));
  for (const [locale, listing] of Object.entries(listings)) {
    await writeListing(locale, listing, needed);
    for (const [index, [name, line]] of Object.entries(listing.screenshots).entries())
      await writeScreenshot(join(target, `screenshot-${index + 1}-${name}.${locale}.png`), name, line);
  }
  console.log(`the packages and what the stores ask for are in ${target}`);
}

async function writeListing(locale: string, listing: Listing, needed: ReadonlySet<string>): Promise<void> {
  const file = join(root, 'public', '_locales', locale, 'messages.json');
  const messages: Messages = JSON.parse(await readFile(file, 'utf8'));
  const parts = [
    `# ${messages.extensionName.message}`,
    messages.extensionDescription.message,
    ...listing.description,
    '## Single purpose',
    listing.singlePurpose,
    '## Permissions',
    [...needed]
      .sort()
      .map((one) => `- ${one}: ${listing.permissions[one]}`)
      .join('\n'),
    '## Privacy',
    listing.privacy.map((line) => `- ${line}`).join('\n'),
    '## Sources',
    listing.sources,
  ];
  await writeFile(join(target, `listing.${locale}.md`), `${parts.join('\n\n')}\n`);
}

/** Stores take one size: a line, and the picture of the documentation below it. */
async function writeScreenshot(file: string, name: string, line: string): Promise<void> {
  const source = sharp(join(images, `extension-${name}-dark.webp`));
  const { width = 0, height = 0 } = await source.metadata();
  const scale = Math.min(room.width / width, room.height / height, mostEnlarged);
  const picture = await source
    .resize(Math.round(width * scale))
    .png()
    .toBuffer();
  const words = await sharp({
    text: { text: `<span foreground="white">${line}</span>`, font: 'sans bold 30', rgba: true },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  await sharp({ create: { ...screenshot, channels: 3 } })
    .composite([
      { input: words.data, left: Math.round((screenshot.width - words.info.width) / 2), top: 56 },
      {
        input: picture,
        left: Math.round((screenshot.width - width * scale) / 2),
        top: Math.round(132 + (room.height - height * scale) / 2),
      },
    ])
    // Chrome's store takes none with transparency.
    .removeAlpha()
    .png()
    .toFile(file);
}

await makeStore();
