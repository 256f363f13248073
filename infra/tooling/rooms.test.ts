import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

const folders = [
  ...new Set(
    readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.tsx?$/).map(({ path }) => dirname(path)),
  ),
];
const pages = readSourceFiles(/\/README\.md$/).map((file) => ({ ...file, room: dirname(file.path) }));
const packages = pages.filter(({ room }) => /^(?:\w+|infra\/preview-backend)$/.test(room));

/** Templates and entries are folders of the same files each. */
const roomOf = (folder: string): string => folder.replace(/\/(templates|entrypoints)\/.*/, '/$1');

/** The folders that the tree of a page names: those of a line are beside each other, two spaces are a level. */
function listNamed(markdown: string): string[] {
  const [, tree = ''] = /```\n(.*?)```/s.exec(markdown) ?? [];
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', names = ''] = /^( *)((?:[\w-]+\/(?: |$))+)/.exec(line) ?? [];
    const depth = indent.length / 2;
    return names.split(' ').flatMap((name) => {
      if (name === '') return [];
      above.splice(depth, above.length, name.slice(0, -1));
      return [above.join('/')];
    });
  });
}

test.each(packages)('$path names each room once, two levels down', ({ room, text }) => {
  const named = listNamed(text);
  const others = pages.map((other) => other.room).filter((other) => other.startsWith(`${room}/`));
  const inside = folders
    .filter((folder) => folder.startsWith(`${room}/`))
    .filter((folder) => !others.some((other) => folder.startsWith(`${other}/`)))
    .map((folder) => roomOf(folder).slice(room.length + 1));
  const rooms = new Set(
    inside.flatMap((folder) => folder.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))),
  );
  const expected = [...rooms].filter((folder) => folder.split('/').length <= 2);
  expect(expected.filter((folder) => !named.includes(folder))).toEqual([]);
  expect(named.filter((name) => !rooms.has(name))).toEqual([]);
  expect(named.filter((name, at) => named.indexOf(name) !== at)).toEqual([]);
});
