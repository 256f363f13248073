import { defineCounter } from './define.ts';

export const traceSpans = defineCounter({
  name: 'star_graph_trace_spans_total',
  help: 'Spans by outcome: sent, failed (the receiver did not take them), dropped (the queue was full); 0 without tracing',
  labels: ['outcome'],
});
