import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AcquisitionRow, acquisitionTable } from './acquisitionTable.ts';

const documentation = join(import.meta.dirname, '../../infra/docs/extension.md');

/** By the note that a picture shows. */
const sentAs: Readonly<Record<string, string>> = {
  'Drawn pixels used': 'drawn pixels, and says so',
  'Screen pixels used': 'screen pixels, and says so',
  'drawn at the size set in the options': 'drawn at the size of the options, and says so',
  'the first frame is used': 'its file, and says that the first frame is used',
};

function describeSent({ bytesOf }: AcquisitionRow, note: string | undefined): string {
  if (note !== undefined) return sentAs[note] ?? note;
  return bytesOf ? 'its file' : 'its own pixels';
}

test('the documentation lists each kind of picture with what is sent of it, in both browsers', async () => {
  const lines = Object.entries(acquisitionTable).map(([kind, row]) => {
    const [inChromium, inFirefox] = [row.note, (row.inFirefox ?? row).note];
    const shown = kind.replaceAll(/<\w+>/g, '`$&`');
    return `| ${shown} | ${describeSent(row, inChromium)} | ${describeSent(row, inFirefox)} |`;
  });
  const page = await readFile(documentation, 'utf8');
  expect(page).toContain(lines.join('\n'));
  expect(page).toContain(`${lines.length} of ${lines.length} kinds`);
});
