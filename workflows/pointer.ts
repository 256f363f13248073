/** An RFC 6901 pointer, without `#`. */
export function toPointer(...parts: (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** One fault of a document: an RFC 6901 pointer (no `#`) and a sentence. */
export interface PointedFault {
  pointer: string;
  message: string;
}
