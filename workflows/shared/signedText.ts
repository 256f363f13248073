/** The scheme of `Authorization` under which a service key that signs presents itself. */
export const signatureScheme = 'Star-Graph-HMAC';

/** What a signature covers. An absent header is an empty text. */
export interface SignedParts {
  method: string;
  /** With its query, as it is on the wire. */
  path: string;
  /** Seconds since 1970. */
  timestamp: string;
  nonce: string;
  actFor: string;
  /** Star-Graph-Place: it decides who pays. */
  place: string;
  /** Content-Digest (RFC 9530) of the body; empty without a body. */
  contentDigest: string;
}

/** The text that the HMAC is computed over. No part can hold a line break, so no two requests have the same text. */
export const toSignedText = (parts: SignedParts): string =>
  [
    signatureScheme,
    parts.method,
    parts.path,
    parts.timestamp,
    parts.nonce,
    parts.actFor,
    parts.place,
    parts.contentDigest,
  ].join('\n');
