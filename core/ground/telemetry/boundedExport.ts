import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { traceSpans } from './traceSpans.ts';

/** Some megabytes. A receiver that is away for longer than it takes to fill loses spans, and nothing else. */
export const mostWaiting = 4_096;
const batch = 512;
const sendEveryMs = 2_000;

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/**
 * Sends spans in batches, beside the work: nothing waits for it, and what finds the queue full is dropped and counted.
 */
export function boundedExport(deps: {
  log: Logger;
  exporter: SpanExporter;
  exportTimeoutMs: number;
}): SpanProcessor {
  let waiting = 0;
  let isAway = false;

  function note(count: number, { code, error }: Result): void {
    const isSent = code === 0;
    traceSpans.inc({ outcome: isSent ? 'sent' : 'failed' }, count);
    if (isSent === !isAway) return;
    isAway = !isSent;
    // Once for each time that it goes and comes.
    if (isAway) deps.log.warn({ err: error }, 'the receiver of traces does not take them');
    else deps.log.info('the receiver of traces takes them again');
  }

  const counted: SpanExporter = {
    export(some, done) {
      waiting -= some.length;
      deps.exporter.export(some, (result) => {
        note(some.length, result);
        // It was noted, and the processor would only print it.
        done({ code: 0 });
      });
    },
    shutdown: () => deps.exporter.shutdown(),
    forceFlush: () => deps.exporter.forceFlush?.() ?? Promise.resolve(),
  };
  const processor = new BatchSpanProcessor({
    exporter: counted,
    maxQueueSize: mostWaiting,
    maxExportBatchSize: batch,
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: 2 * deps.exportTimeoutMs,
  });
  return {
    onStart: (span, parent) => processor.onStart(span, parent),
    onEnd(span) {
      if ((span.spanContext().traceFlags & 1) === 0) return;
      if (waiting >= mostWaiting) return traceSpans.inc({ outcome: 'dropped' });
      waiting += 1;
      processor.onEnd(span);
    },
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
}
