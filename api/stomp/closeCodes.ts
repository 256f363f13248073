import type { ProblemCode } from '@star-graph/core/ground/errors';

/** Close codes of the WebSocket (RFC 6455 §7.4); 4000 and above are ours. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  refused: 1008,
  tooLarge: 1009,
  internal: 1011,
  /** The client reads too slowly, or there are too many connections: come again, resume by last-seq. */
  tryAgainLater: 1013,
  /** The credential does not work or no longer works: sign in or refresh, then connect again. */
  unauthenticated: 4401,
  notFound: 4404,
} as const;
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** The close code behind an ERROR frame. */
export function closeCodeOf(code: ProblemCode): CloseCode {
  switch (code) {
    case 'unauthenticated':
      return closeCodes.unauthenticated;
    case 'too-large':
      return closeCodes.tooLarge;
    case 'invalid-params':
      return closeCodes.protocolError;
    case 'rate-limited':
    case 'quota-exceeded':
    case 'unavailable':
      return closeCodes.tryAgainLater;
    case 'internal':
      return closeCodes.internal;
    default:
      return closeCodes.refused;
  }
}
