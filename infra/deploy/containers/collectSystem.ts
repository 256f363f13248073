import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * node collectSystem.ts <folder> <program> …: a root file system with the programs, the libraries that they and the
 * native parts in /out need, and the few files that a C library looks for. The user is 65532, as in distroless images.
 */

const user = 65_532;

/** Paths of the shared libraries that a file is linked with. */
function listLibraries(file: string): string[] {
  const said = execFileSync('ldd', [file], { encoding: 'utf8' });
  if (said.includes('not found')) throw new Error(`${file} misses a library:\n${said}`);
  return [...said.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = '']) => path);
}

/** Debian's /lib is a link to /usr/lib, and so it is here. */
const placeOf = (path: string): string => path.replace(/^\/(lib\d*)\//, '/usr/$1/');

function copy(from: string, root: string, to = placeOf(from)): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(from, join(root, to));
}

const [root, ...programs] = process.argv.slice(2);
if (root === undefined) throw new Error('Give a folder and programs.');
// A glob would not look into .pnpm.
const native = readdirSync('/out', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(node|so(\.\d+)*)$/.test(path) && !path.includes('musl'))
  .map((path) => join('/out', path));
const libraries = new Set([...programs, ...native].flatMap(listLibraries));
for (const library of libraries) if (!library.startsWith('/out/')) copy(library, root);
for (const name of ['lib', 'lib64']) {
  mkdirSync(join(root, 'usr', name), { recursive: true });
  symlinkSync(`usr/${name}`, join(root, name));
}
for (const program of programs) copy(program, root, `/usr/local/bin/${program.split('/').at(-1)}`);
copy('/etc/ssl/certs/ca-certificates.crt', root);

mkdirSync(join(root, 'etc'), { recursive: true });
writeFileSync(join(root, 'etc/passwd'), `nonroot:x:${user}:${user}::/data:/none\n`);
writeFileSync(join(root, 'etc/group'), `nonroot:x:${user}:\n`);
writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
for (const [folder, mode] of [
  ['tmp', 0o1777],
  ['data', 0o750],
] as const) {
  mkdirSync(join(root, folder));
  chmodSync(join(root, folder), mode);
  chownSync(join(root, folder), user, user);
}
// The list of what is in the images is made from this file.
writeFileSync('/libraries.txt', [...libraries].sort().join('\n'));
