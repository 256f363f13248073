import { context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentTraceId } from './currentTraceId.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterEach(() => context.disable());

const within = (traceFlags: TraceFlags) =>
  context.with(
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '00f067aa0ba902b7', traceFlags }),
    async () => {
      await Promise.resolve();
      return currentTraceId();
    },
  );

test('the current trace is known after an await', async () => {
  expect(await within(TraceFlags.SAMPLED)).toBe(traceId);
});

test('a trace that is not recorded, or none, gives no id', async () => {
  expect(await within(TraceFlags.NONE)).toBeUndefined();
  expect(currentTraceId()).toBeUndefined();
});
