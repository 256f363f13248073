import { invariant } from '@star-graph/core/ground/errors';
import { findRewriter } from '@star-graph/core/media/metadata/findRewriter';
import { DamagedFile } from '@star-graph/core/media/metadata/rewrittenFile';

export const formats = ['png', 'jpg', 'webp', 'gif'] as const;
const provenanceText = '{"platform":"star-graph"}';

/** The first byte chooses the format. A file is damaged, or its copy tells what was written and stays as it is. */
export function fuzz(data: Buffer): void {
  const format = formats[(data[0] ?? 0) % formats.length];
  const rewriter = format && findRewriter(format);
  invariant(rewriter, 'a format that can be rewritten');
  const rewrite = (file: Buffer) => Buffer.concat(rewriter.rewrite(file, { provenanceText, orientation: 1 }));
  try {
    // Not a part of another buffer, in which a length could reach too far unseen.
    const once = rewrite(Buffer.from(data.subarray(1)));
    invariant(rewriter.findProvenanceText(once) === provenanceText, 'what was written is found');
    invariant(rewrite(once).equals(once), 'a second time changes nothing');
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
  }
}
