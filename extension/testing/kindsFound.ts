import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquisitionTable } from './acquisitionTable.ts';

export const documentation = join(import.meta.dirname, '../../infra/docs/extension.md');

const browsers = ['Chromium', 'Firefox'] as const;
type Browser = (typeof browsers)[number];

/** By the note that a picture shows. */
const sentAs: Readonly<Record<string, string>> = {
  'Drawn pixels used': 'drawn pixels, and says so',
  'Screen pixels used': 'screen pixels, and says so',
  'drawn at the size set in the options': 'drawn at the size of the options, and says so',
  'the first frame is used': 'its file, and says that the first frame is used',
};

/** @param said what the picture tells of it, among other words. */
export function describeSent(isFile: boolean, said: string): string {
  const note = Object.keys(sentAs).find((one) => said.includes(one));
  if (note !== undefined) return sentAs[note] ?? note;
  return isFile ? 'its file' : 'its own pixels';
}

const head = `| A picture … | ${browsers.join(' | ')} |\n|---|---|---|\n`;

/** The page of the extension with what was found in a browser, in its column of the table. */
export async function withFound(browser: Browser, found: ReadonlyMap<string, string>): Promise<string> {
  const page = await readFile(documentation, 'utf8');
  const start = page.indexOf(head) + head.length;
  if (start < head.length) throw new Error(`the page has no table that begins with ${head}`);
  const end = page.indexOf('\n\n', start) + 1;
  const known = new Map(
    page
      .slice(start, end)
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, kind = '', ...cells]) => [kind, cells]),
  );
  const rows = Object.keys(acquisitionTable).map((kind) => {
    const shown = kind.replaceAll(/<\w+>/g, '`$&`');
    const cells = browsers.map((one, index) =>
      one === browser ? found.get(kind) : known.get(shown)?.[index],
    );
    return `| ${[shown, ...cells.map((cell) => cell ?? '–')].join(' | ')} |\n`;
  });
  return page.slice(0, start) + rows.join('') + page.slice(end);
}
