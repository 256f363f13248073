import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A path for this use only; its file, if there is one, is removed with the scope: `await using`. */
export interface TemporaryFile extends AsyncDisposable {
  path: string;
}

export async function createTemporaryFile(directory: string, extension = ''): Promise<TemporaryFile> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${randomUUID()}${extension}`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
