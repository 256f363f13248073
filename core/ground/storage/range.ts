import type { ByteRange } from './storage.ts';

type ParsedRange = ByteRange | 'whole' | 'unsatisfiable';

/**
 * Reads a `Range` header for an object of `totalBytes` (RFC 9110 §14.2). Several ranges, another unit and bad syntax
 * are answered with the whole object, as the RFC allows; `unsatisfiable` asks for 416 with the total length.
 */
export function parseRange(header: string | undefined, totalBytes: number): ParsedRange {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
  if (!match) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? 'whole' : parseSuffix(Number(last), totalBytes);
  const start = Number(first);
  const end = last === '' ? totalBytes - 1 : Number(last);
  if (last !== '' && end < start) return 'whole';
  if (start >= totalBytes) return 'unsatisfiable';
  return { start, end: Math.min(end, totalBytes - 1) };
}

function parseSuffix(suffixBytes: number, totalBytes: number): ParsedRange {
  if (suffixBytes === 0 || totalBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, totalBytes - suffixBytes), end: totalBytes - 1 };
}
