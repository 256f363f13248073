import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a reverse proxy in front of a real ComfyUI may want of each request, as `nginx` and others are set up to. */
export type GateConfig =
  | { kind: 'basic'; pair: string }
  | { kind: 'bearer'; token: string }
  | { kind: 'header'; name: string; value: string };

interface GateRefusal {
  status: 401 | 403;
  /** For `WWW-Authenticate`, which goes with a 401 (RFC 9110 §11.6.1). A header of one's own has no scheme. */
  challenge: string | undefined;
}

/** Undefined for a request that may pass. */
export type Gate = (headers: IncomingHttpHeaders) => GateRefusal | undefined;

export const openGate: Gate = () => undefined;

export function createGate(config: GateConfig): Gate {
  switch (config.kind) {
    case 'basic': {
      const expected = `Basic ${Buffer.from(config.pair, 'utf8').toString('base64')}`;
      const refusal: GateRefusal = { status: 401, challenge: 'Basic realm="ComfyUI", charset="UTF-8"' };
      return ({ authorization }) => (isEqual(authorization, expected) ? undefined : refusal);
    }
    case 'bearer': {
      const expected = `Bearer ${config.token}`;
      return ({ authorization }) => {
        if (isEqual(authorization, expected)) return undefined;
        const error = authorization === undefined ? '' : ', error="invalid_token"';
        return { status: 401, challenge: `Bearer realm="ComfyUI"${error}` };
      };
    }
    case 'header': {
      const name = config.name.toLowerCase();
      return ({ [name]: value }) =>
        isEqual(value, config.value) ? undefined : { status: 403, challenge: undefined };
    }
  }
}

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The refusal's headers and its page, as a proxy writes them. */
export function describeRefusal({ status, challenge }: GateRefusal): {
  reason: string;
  headers: Record<string, string>;
  page: string;
} {
  const reason = status === 401 ? 'Unauthorized' : 'Forbidden';
  const title = status === 401 ? '401 Authorization Required' : '403 Forbidden';
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
  const headers = {
    'Content-Type': 'text/html',
    'Content-Length': String(Buffer.byteLength(page)),
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
  };
  return { reason, headers, page };
}
