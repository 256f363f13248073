import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A path nobody else uses; the file behind it, if one comes to be, goes with the scope: `await using`. */
export interface TemporaryFile extends AsyncDisposable {
  path: string;
}

export async function createTemporaryFile(directory: string, extension = ''): Promise<TemporaryFile> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${randomUUID()}${extension}`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
