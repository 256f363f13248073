import { createFrameReader } from '@star-graph/api/stomp/frameReader';
import { invariant } from '@star-graph/core/ground/errors';

const limits = { frameBytes: 512, sendBodyBytes: 256 };

/** The first byte says where the bytes are cut in two. Nothing is thrown, and a cut changes nothing. */
export function fuzz(data: Buffer): void {
  const bytes = data.subarray(1);
  const cut = (data[0] ?? 0) % (bytes.length + 1);
  const whole = JSON.stringify(createFrameReader(limits).read(bytes));
  const reader = createFrameReader(limits);
  const parts = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((part) => reader.read(part));
  invariant(JSON.stringify(parts) === whole, 'a cut changes nothing');
  invariant(reader.heldBytes <= limits.frameBytes + bytes.length, 'what is held has a bound');
}
