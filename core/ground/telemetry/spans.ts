import { createHash } from 'node:crypto';
import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { SpanAttributes } from './spanAttributes.ts';
import { newTraceContext, type TraceContext } from './traceContext.ts';

export interface SpanSpec {
  name: string;
  kind?: 'server' | 'client' | 'producer' | 'consumer';
  /** Default: it begins a trace. */
  parent?: TraceContext | undefined;
  /** What it has to do with, without being its child. */
  links?: readonly TraceContext[];
  attributes?: SpanAttributes;
  /** Default: now. */
  startedAt?: Date | undefined;
  /** Default: a random one. */
  id?: string;
}

export interface SpanEnd {
  name?: string;
  attributes?: SpanAttributes;
  /** Of a failure: a code or a class, never a message, which may quote what a person wrote. */
  error?: string | undefined;
  endedAt?: Date;
}

export interface OpenSpan {
  /** The parent of its children; without tracing its own parent, or one that is made up. */
  context: TraceContext;
  /** Whatever `act` does, also after an await, is inside this span. */
  run<Result>(act: () => Result): Result;
  end(end?: SpanEnd): void;
}

/** What a process that records traces has started. */
export interface LiveTracing {
  tracer: Tracer;
  /** The next span has this id. */
  pinId(id: string): void;
}

let live: LiveTracing | undefined;

/** Of this process; undefined: nothing is recorded from now on. */
export function setLiveTracing(next: LiveTracing | undefined): void {
  live = next;
}

export const isTracing = (): boolean => live !== undefined;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Without tracing it costs an object. */
export function openSpan({ name, kind, parent, links, attributes, startedAt, id }: SpanSpec): OpenSpan {
  if (!live) return passive(parent ?? newTraceContext());
  if (id !== undefined) live.pinId(id);
  const span = live.tracer.startSpan(
    name,
    {
      kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
      ...(attributes && { attributes: attributes as Attributes }),
      ...(links && { links: links.map((link) => ({ context: toSpanContext(link) })) }),
      ...(startedAt && { startTime: startedAt }),
    },
    parent ? trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent)) : ROOT_CONTEXT,
  );
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
    run: (act) => context.with(trace.setSpan(context.active(), span), act),
    end(end = {}) {
      if (end.name !== undefined) span.updateName(end.name);
      if (end.attributes) span.setAttributes(end.attributes as Attributes);
      if (end.error !== undefined) {
        span.setAttribute('error.type', end.error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(end.endedAt);
    },
  };
}

const passive = (own: TraceContext): OpenSpan => ({
  context: own,
  run: (act) => act(),
  end: () => undefined,
});

/** Runs `act` inside a span that ends with it. */
export async function inSpan<Result>(
  spec: SpanSpec,
  act: (own: TraceContext) => Promise<Result>,
): Promise<Result> {
  const span = openSpan(spec);
  try {
    const result = await span.run(() => act(span.context));
    span.end();
    return result;
  } catch (error) {
    span.end({ error: errorTypeOf(error) });
    throw error;
  }
}

/** What `act` does belongs to this span, which somebody else ends. */
export function within<Result>(own: TraceContext | undefined, act: () => Result): Result {
  if (!live || !own) return act();
  return context.with(trace.setSpanContext(context.active(), toSpanContext(own)), act);
}

/** A span of what is over. @returns the context of its children. */
export function recordSpan({ endedAt, error, ...spec }: SpanSpec & SpanEnd): TraceContext {
  const span = openSpan(spec);
  span.end({ error, ...(endedAt && { endedAt }) });
  return span.context;
}

/** A problem's code, else the class of an error. */
function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * The same id in every process for what has the same key: a span that begins in one process and ends in another, and
 * whose children are sent by both.
 */
export const spanIdOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 16);

const toSpanContext = ({ traceId, spanId, isSampled }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
});

/** The fields of a log line, by the names that OpenTelemetry gives them. */
interface LogTrace {
  trace_id?: string;
  span_id?: string;
}

/** For a child logger. Nothing where spans are recorded: there each line names the span in which it was written. */
export const logTraceOf = (own: TraceContext | undefined): LogTrace =>
  live || !own ? {} : { trace_id: own.traceId, span_id: own.spanId };

/** The ids of the span in which a log line is written. */
export function currentLogTrace(): LogTrace {
  const own = live && trace.getActiveSpan()?.spanContext();
  return own ? { trace_id: own.traceId, span_id: own.spanId } : {};
}

/** The header for a request to another process of ours; none outside a span. */
export function traceHeaders(): Record<string, string> {
  const own = live && trace.getActiveSpan()?.spanContext();
  if (!own) return {};
  return { traceparent: `00-${own.traceId}-${own.spanId}-0${own.traceFlags & TraceFlags.SAMPLED}` };
}
