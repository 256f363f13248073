import { hostname } from 'node:os';
import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import { describeError, hideSecrets } from './hideSecrets.ts';
import { createLogStream, type Lost } from './logStream.ts';
import type { ServiceIdentity } from './service.ts';
import { currentLogTrace } from './spans.ts';

/** As the log data model of OpenTelemetry numbers them. */
const severities: Record<Level, number> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/**
 * The logger of a process: one line of JSON for each record, by OpenTelemetry's names (`infra/docs/logs.md`). Secrets
 * and people's words are hidden by the names of their fields, wherever they stand in a record.
 */
export function createLogger(
  service: ServiceIdentity,
  { level }: { level: Level | 'silent' },
  destination?: DestinationStream,
): Logger {
  const options: pino.LoggerOptions = {
    level,
    messageKey: 'body',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    base: {
      'service.name': service.name,
      'service.version': service.version,
      'host.name': hostname(),
      'process.pid': process.pid,
    },
    mixin: currentLogTrace,
    formatters: {
      level: (name) => ({
        severity_text: name.toUpperCase(),
        severity_number: severities[name as Level],
      }),
      log: (record) => hideSecrets(describeError(record)),
    },
  };
  const log = pino(
    options,
    destination ??
      openOutput((lost) => log.warn({ ...lost }, 'lines of this log could not be written and are lost')),
  );
  // Children inherit it: a formatter of bindings is not asked for theirs.
  const child: Logger['child'] = log.child;
  log.child = function hiding(this: Logger, bindings, options) {
    return child.call(this, hideSecrets(bindings), options) as ReturnType<typeof child>;
  } as typeof child;
  return log;
}

function openOutput(onWritable: (lost: Lost) => void): DestinationStream {
  const stream = createLogStream(1, onWritable);
  process.on('exit', () => stream.flushSync());
  return stream;
}

/** Whatever the level: who started the process waits for this line. */
export function announce(log: Logger, facts: Record<string, unknown>): void {
  log.child({}, { level: 'info' }).info(facts, 'ready');
}
