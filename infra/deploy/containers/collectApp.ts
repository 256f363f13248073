import {
  copyFileSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import {
  type ExtraFiles,
  extraFiles,
  type ImageName,
  imageContents,
  isImageName,
  isLeftOut,
} from './imageContents.ts';

/*
 * node collectApp.ts <image> <folder>: copies what the image's processes load into the folder, links included. Of 590 MB
 * of installed packages some 40 MB are ever loaded.
 */

const root = join(import.meta.dirname, '../../..');

async function collect(image: ImageName, target: string): Promise<void> {
  const own = globSync([...imageContents[image]], { cwd: root })
    .filter((path) => !isLeftOut(path) && lstatSync(join(root, path)).isFile())
    .sort();
  const entries = own.filter((path) => /\.(ts|js|mjs)$/.test(path)).map((path) => join(root, path));
  const trace = await nodeFileTrace(entries, {
    base: root,
    processCwd: root,
    ts: true,
    // `import` or `require` is added by how a file is asked for.
    conditions: ['node'],
    readFile: async (path) => readSource(path),
    fileIOConcurrency: 64,
    ignore: isOursAndLeftOut,
  });
  const unread = [...trace.warnings].filter(({ message }) =>
    /^Failed to parse \S+\.[cm]?[jt]s as module/.test(message),
  );
  if (unread.length > 0) throw new Error(unread.map(({ message }) => message).join('\n'));
  const extra = extraFiles[image].flatMap(listExtra);
  for (const path of new Set([...own, ...trace.fileList, ...extra].sort())) copy(path, target);
}

const isOursAndLeftOut = (path: string): boolean => !path.includes('node_modules/') && isLeftOut(path);

/** Of ours as Node reads them: with blanks in place of types. One at a time: a build may open few files at once. */
function readSource(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.ts') && !path.includes('/node_modules/') ? stripTypeScriptTypes(text) : text;
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** The link to an installed package, and the files behind it. */
function listExtra({ package: link, files }: ExtraFiles): string[] {
  const folder = relative(root, realpathSync(join(root, link)));
  const found = files.map((pattern) => globSync(pattern, { cwd: join(root, folder) }));
  const none = files.find((_, at) => found[at]?.length === 0);
  if (none !== undefined) throw new Error(`${link} has no ${none}`);
  return [link, ...found.flat().map((file) => join(folder, file))];
}

function copy(path: string, target: string): void {
  const from = join(root, path);
  const to = join(target, path);
  mkdirSync(dirname(to), { recursive: true });
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to);
}

const [image = '', target] = process.argv.slice(2);
if (!isImageName(image) || target === undefined) throw new Error('Give an image and a folder.');
await collect(image, target);
