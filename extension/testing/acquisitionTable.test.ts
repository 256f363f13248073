import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { acquisitionTable } from './acquisitionTable.ts';
import { describeSent, documentation, withFound } from './kindsFound.ts';

test.each(['Chromium', 'Firefox'] as const)(
  'the documentation says what is sent of each kind of picture in %s as its test asks it',
  async (browser) => {
    const asked = Object.entries(acquisitionTable).map(([kind, row]) => {
      const { note = '' } = (browser === 'Firefox' && row.inFirefox) || row;
      return [kind, describeSent(row.bytesOf !== undefined, note)] as const;
    });
    expect(await withFound(browser, new Map(asked))).toBe(await readFile(documentation, 'utf8'));
  },
);
