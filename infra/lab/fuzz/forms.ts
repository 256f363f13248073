import type { ApiContext } from '@star-graph/api/apiContext';
import { createFormParser } from '@star-graph/api/middleware/formParser';
import { invariant, Problem } from '@star-graph/core/ground/errors';

export const boundary = 'b';
const limits = { files: 1, fields: 3, parts: 4, fileSize: 64, fieldSize: 64 };
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const context = { get: () => headers['content-type'], req: { headers } } as unknown as ApiContext;

/** What is told at once of a form that comes in parts; a parser that failed tells no more. */
function read(parts: readonly Buffer[]): string[] {
  const told: string[] = [];
  const parser = createFormParser(context, limits, () => new Problem('invalid-params', 'no form'));
  parser.on('error', () => undefined);
  parser.on('field', (name, value) => told.push(`${name}=${value}`));
  parser.on('file', (name, stream) => {
    told.push(`${name}: a file`);
    stream.on('error', () => undefined).resume();
  });
  for (const part of parts) if (!parser.destroyed) parser.write(part);
  parser.destroy();
  return told;
}

/** The first byte says where the bytes are cut in two. Nothing is thrown, no bound is passed, a cut changes nothing. */
export function fuzz(data: Buffer): void {
  const bytes = Buffer.from(data.subarray(1));
  const cut = (data[0] ?? 0) % (bytes.length + 1);
  const whole = read([bytes]);
  invariant(whole.length <= limits.parts, 'so many parts at most');
  const both = read([bytes.subarray(0, cut), bytes.subarray(cut)]);
  invariant(JSON.stringify(both) === JSON.stringify(whole), 'a cut changes nothing');
}
