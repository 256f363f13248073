import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LaunchFailure } from '../../launcher/failure.ts';

export interface FirstVersion {
  /** New files, by path. */
  files: Readonly<Record<string, string>>;
  /** Lines to insert into files, above the last line that equals `before`. */
  lines: readonly { path: string; before: string; text: string }[];
  /** The remaining steps, one sentence each. */
  next: readonly string[];
}

/**
 * Writes all of it or nothing.
 * @returns the paths of what was written.
 * @throws LaunchFailure if a new file exists already, or if a file to extend is missing or lacks its line.
 */
export function writeFirstVersion(root: string, { files, lines }: FirstVersion): string[] {
  const taken = Object.keys(files).find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new LaunchFailure(`${taken} exists already. Choose another name.`);
  const texts = new Map(Object.entries(files));
  for (const { path, before, text } of lines) {
    if (!texts.has(path) && !existsSync(join(root, path)))
      throw new LaunchFailure(`${path} does not exist. Choose a room that does.`);
    const current = texts.get(path) ?? readFileSync(join(root, path), 'utf8');
    const at = current.lastIndexOf(`\n${before}`) + 1;
    if (at === 0) throw new LaunchFailure(`${path} has no line "${before}". Extend it by hand.`);
    texts.set(path, current.slice(0, at) + text + current.slice(at));
  }
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...texts.keys()];
}
