import { expect, test } from 'vitest';
import { escapeText, unescapeText, unveil, veil } from './markdown.ts';
import { presentText } from './taskEmbed.ts';

test.each([
  ['**bold**', '\\*\\*bold\\*\\*'],
  ['*****', '\\*\\*\\*\\*\\*'],
  ['[here](https://evil.example)', '\\[here\\]\\(https://evil.example\\)'],
  ['<@1> <#2>', '\\<@1\\> \\<#2\\>'],
  ['a red-haired #1', 'a red-haired #1'],
  ['# title\n  - item\n2. next', '\\# title\n  \\- item\n2\\. next'],
  ['-# small', '\\-# small'],
  ['\\*', '\\\\\\*'],
  ['狐狸 🦊', '狐狸 🦊'],
])('%j survives being shown as Markdown and read back', (typed, shown) => {
  expect(escapeText(typed)).toBe(shown);
  expect(unescapeText(shown)).toBe(typed);
  expect(unescapeText(unveil(veil(shown)))).toBe(typed);
});

test('no bars in a text end its veil', () => {
  const shown = veil(escapeText('a || b\n|| c |'));
  expect(shown).toBe('||a \\|\\| b\n\\|\\| c \\|||');
  expect(unescapeText(unveil(shown))).toBe('a || b\n|| c |');
  expect(unveil('no veil')).toBe('no veil');
});

test('a long text is cut between characters, never within an escape', () => {
  for (const character of ['*', '🦊', '\\']) {
    const shown = presentText(character.repeat(50), 20);
    expect(shown.length).toBeLessThanOrEqual(40);
    expect(unescapeText(shown)).toMatch(/^(\*+|🦊+|\\+)…$/u);
  }
});
