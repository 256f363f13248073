import { isSpanContextValid, TraceFlags, trace } from '@opentelemetry/api';

/**
 * The trace that the code which runs now belongs to, for exemplars. Undefined where none is recorded: an exemplar that
 * leads nowhere is worse than none.
 */
export function currentTraceId(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (!context || !isSpanContextValid(context)) return undefined;
  return (context.traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : context.traceId;
}
