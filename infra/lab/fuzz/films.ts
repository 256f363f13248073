import { invariant } from '@star-graph/core/ground/errors';
import { readMp4Texts } from '@star-graph/workflows/import/mp4Texts';
import { UnreadableFile } from '@star-graph/workflows/import/unreadableFile';

/** A film is unreadable, or each text of it was there: none is longer than the file, and there is no end of none. */
export function fuzz(data: Buffer): void {
  // Not a part of another buffer, in which a length could reach too far unseen.
  const file = Buffer.from(data);
  let texts = 0;
  try {
    for (const [, value] of readMp4Texts(file)) {
      texts += 1;
      invariant(Buffer.byteLength(value) <= 3 * file.length, 'no text is longer than the file');
      invariant(texts <= file.length, 'no more texts than bytes');
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
  }
}
