import type { ApiContext } from '@star-graph/api/apiContext';
import { createFormParser } from '@star-graph/api/middleware/formParser';
import { invariant, Problem } from '@star-graph/core/ground/errors';

export const boundary = 'b';
const limits = { files: 1, fields: 3, parts: 4, fileSize: 64, fieldSize: 64 };
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const context = { get: () => headers['content-type'], req: { headers } } as unknown as ApiContext;

/**
 * What is told of a form that comes in parts, up to its fault: the parser reads the rest of a part that has one, and a
 * form with a fault is refused whole.
 */
function read(parts: readonly Buffer[]): string[] {
  const told: string[] = [];
  let hasFailed = false;
  const tell = (one: string) => {
    if (!hasFailed) told.push(one);
  };
  const parser = createFormParser(context, limits, () => new Problem('invalid-params', 'no form'));
  parser.on('error', () => {
    tell('a fault');
    hasFailed = true;
  });
  parser.on('field', (name, value) => tell(`${name}=${value}`));
  parser.on('file', (name, stream) => {
    tell(`${name}: a file`);
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
