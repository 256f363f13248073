import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Problem } from '@star-graph/core/ground/errors';
import type { ReceivedFile } from '@star-graph/core/media/receiveUpload';
import { createTemporaryFile } from '@star-graph/core/media/temporaryFile';

const pattern = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/\s]+={0,2})$/;

/**
 * The picture inside a `data:` URL, on disk until its scope ends.
 * @param pointer where the address stands in the request.
 * @throws Problem `invalid-params`.
 */
export async function receiveDataUrl(
  url: string,
  pointer: string,
  tempDirectory: string,
): Promise<ReceivedFile> {
  const [, base64] = pattern.exec(url) ?? [];
  if (base64 === undefined)
    throw new Problem('invalid-params', 'This is no picture in base64.', {
      errors: [{ pointer, message: 'Send the picture itself, as data:image/png;base64,….' }],
    });
  return writeBase64(base64, tempDirectory);
}

const plainPattern = /^[A-Za-z0-9+/\s]+={0,2}$/;

/**
 * The same where a protocol leaves the beginning of the address out.
 * @throws Problem `invalid-params`.
 */
export async function receiveBase64(
  text: string,
  pointer: string,
  tempDirectory: string,
): Promise<ReceivedFile> {
  const plain = text.trim();
  return plainPattern.test(plain)
    ? writeBase64(plain, tempDirectory)
    : receiveDataUrl(text, pointer, tempDirectory);
}

async function writeBase64(base64: string, tempDirectory: string): Promise<ReceivedFile> {
  const bytes = Buffer.from(base64, 'base64');
  const file = await createTemporaryFile(tempDirectory);
  await writeFile(file.path, bytes, { flag: 'wx' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...file, bytes: bytes.length, sha256 };
}
