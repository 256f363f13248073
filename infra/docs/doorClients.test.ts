import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { drawRecipe } from './drawRecipe.ts';

const folder = new URL('doors/', import.meta.url);
const page = readFileSync(new URL('README.md', folder), 'utf8');
const [, ...tables] = page.split(
  /^\| (?:client|client of [^|]+|assistant) \| language \| how it was tried \|.*\n\|[-|]+\n/m,
);
const rows = tables.flatMap((table) => {
  const [lines = ''] = table.split('\n\n');
  return lines
    .trim()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '));
});
const link = /\[(run|replayed)\]\((\S+) "([^"]+)"\)/g;
/** The packages whose tests run clients. */
const runners = ['../../api/package.json', '../../api/console/package.json'].map((path) =>
  createRequire(new URL(path, import.meta.url)),
);

test('the tables of clients name many, in more than one language', () => {
  expect([tables.length, rows.length > 40]).toEqual([3, true]);
  expect(new Set(rows.map(([, language]) => language))).toContain('Python');
});

test.each(rows)('what is said of %s was done as it is said', (client, language, how, ...made) => {
  const words = how?.replaceAll(link, '$1') ?? '';
  expect(words).toMatch(/^(?:run|replayed|started|started; replayed|read)$/);
  const proofs = [...(how ?? '').matchAll(link)];
  expect(proofs.length).toBe(/run|replayed/.test(words) ? 1 : 0);
  if (words !== 'read')
    expect([language, made[0]]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
  for (const [, , path = '', title = ''] of proofs) {
    const text = readFileSync(new URL(path, folder), 'utf8').replaceAll("\\'", "'");
    expect([path, text.includes(title)]).toEqual([path, true]);
  }
  // The packages that our tests run are those of the table.
  if (words !== 'run' || language !== 'JavaScript') return;
  for (const [, name = '', version = ''] of (client ?? '').matchAll(/`(@?[a-z][\w/.@-]*)` (\d+(?:\.\d+)+)/g))
    expect([name, versionOf(name)]).toEqual([
      name,
      expect.stringMatching(new RegExp(`^${version}(?:\\.|$)`)),
    ]);
});

const recipes = readFileSync(new URL('other-programs.md', folder), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section): [name: string, section: string] => [section.split('\n', 1)[0] ?? '', section]);

test.each(recipes)('the picture of %s shows what its text tells to fill in', async (_name, section) => {
  const [, path = ''] = /^!\[[^\]]+\]\((\.\.\/images\/recipe-[a-z0-9-]+\.svg)\)$/m.exec(section) ?? [];
  const picture = drawRecipe(section);
  expect(picture).toContain('<tspan class="own">');
  await expect(picture).toMatchFileSnapshot(`doors/${path}`);
});

/** Of a package that the tests of doors run. */
function versionOf(name: string): string | undefined {
  const files = runners.map((runner) => `${runner.resolve.paths(name)?.[0]}/${name}/package.json`);
  const file = files.find((path) => existsSync(path));
  return file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8')).version;
}
