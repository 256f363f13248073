import { randomBytes } from 'node:crypto';

/** Where a span stands: what a child, a log line or another process needs of it. */
export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Whether its trace is recorded; everybody on its way follows this decision. */
  isSampled: boolean;
}

const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const longest = 512;

/** A `traceparent` header as W3C Trace Context has it; undefined for one that is malformed, which is ignored. */
export function parseTraceparent(text: string | null | undefined): TraceContext | undefined {
  if (!text || text.length > longest) return undefined;
  const [, version, traceId, spanId, flags, rest] = pattern.exec(text) ?? [];
  if (!traceId || !spanId || !flags || (version === '00' && rest !== undefined)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The same for `traceparent`, `traceresponse` and the row of a task. */
export const formatTraceparent = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

/** Of a request whose trace is not recorded: log lines and problems name it all the same. */
export function newTraceContext(): TraceContext {
  const bytes = randomBytes(24).toString('hex');
  return { traceId: bytes.slice(0, 32), spanId: bytes.slice(32), isSampled: false };
}
