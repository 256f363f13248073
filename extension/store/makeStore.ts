import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { zip } from 'wxt';
import { type Listing, listings } from './listing.ts';

const root = join(import.meta.dirname, '..');
const output = join(root, '.output');
const target = join(output, 'store');
const images = join(root, '..', 'infra', 'docs', 'images');

/** Of the documentation's pictures, the best first: stores show few at once. */
const shown = ['slider', 'ring', 'grid', 'comics', 'panel'];
const screenshot = { width: 1280, height: 800, background: '#15131f' };

interface Manifest {
  permissions: string[];
  optional_host_permissions: string[];
}
type Messages = Record<'extensionName' | 'extensionDescription', { message: string }>;

/** The package of each store, and what its form asks for: `pnpm --filter @star-graph/extension store`. */
async function makeStore(): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const needed = new Set<string>();
  for (const browser of ['chrome', 'firefox'] as const) {
    await zip({ root, browser });
    const file = join(output, `${browser}-mv3`, 'manifest.json');
    const manifest: Manifest = JSON.parse(await readFile(file, 'utf8'));
    for (const one of [...manifest.permissions, ...manifest.optional_host_permissions]) needed.add(one);
  }
  for (const name of (await readdir(output)).filter((one) => one.endsWith('.zip')))
    await cp(join(output, name), join(target, name));
  for (const [locale, listing] of Object.entries(listings)) await writeListing(locale, listing, needed);
  for (const [index, name] of shown.entries()) await writeScreenshot(index + 1, name);
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
  ];
  await writeFile(join(target, `listing.${locale}.md`), `${parts.join('\n\n')}\n`);
}

/** Stores take one size: the picture stands in its middle, larger only where it would be tiny. */
async function writeScreenshot(number: number, name: string): Promise<void> {
  const { width, height, background } = screenshot;
  await sharp(join(images, `extension-${name}.webp`))
    .resize({ width, height, fit: 'contain', background })
    .flatten({ background })
    .png()
    .toFile(join(target, `screenshot-${number}-${name}.png`));
}

await makeStore();
