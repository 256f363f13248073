import { tracingChannel } from 'node:diagnostics_channel';
import { format } from 'mysql2';

/** A statement that this process sent, with any values. */
export interface SentStatement {
  /** Without values. */
  shape: string;
  /** As it was sent, values included: first, last, and when it took longest. */
  samples: Record<'first' | 'slowest' | 'last', string>;
  slowestMs: number;
  count: number;
}

interface StatementRecord extends Disposable {
  list(): SentStatement[];
}

interface QueryContext {
  query: string;
  values: Parameters<typeof format>[1];
  database: string;
}

/** Records every statement that the driver sends to one database, from every pool of this process. */
export function recordStatements(databaseName: string): StatementRecord {
  const statements = new Map<string, SentStatement>();
  const note = (query: string, tookMs: number) => {
    const shape = shapeOf(query);
    const samples = { first: query, slowest: query, last: query };
    const known = statements.get(shape) ?? { shape, samples, slowestMs: 0, count: 0 };
    if (tookMs > known.slowestMs) known.samples.slowest = query;
    known.samples.last = query;
    known.slowestMs = Math.max(known.slowestMs, tookMs);
    known.count += 1;
    statements.set(shape, known);
  };
  const watch = watchPackets(databaseName, (packet, tookMs) => {
    for (const query of splitPacket(packet)) note(query, tookMs);
  });
  return { list: () => [...statements.values()], [Symbol.dispose]: watch[Symbol.dispose] };
}

/** Tells of each answered packet of statements that the driver sent to one database: one round trip. */
export function watchPackets(
  databaseName: string,
  tell: (packet: string, tookMs: number) => void,
): Disposable {
  const startedMs = new WeakMap<object, number>();
  const textOf = ({ query, values }: QueryContext, isPrepared: boolean) =>
    isPrepared ? format(query, values) : query;
  const handle = (isPrepared: boolean) => ({
    start(context: QueryContext) {
      if (context.database === databaseName) startedMs.set(context, performance.now());
    },
    end() {},
    asyncStart(context: QueryContext) {
      const sinceMs = startedMs.get(context);
      if (sinceMs !== undefined) tell(textOf(context, isPrepared), performance.now() - sinceMs);
    },
    asyncEnd() {},
    error() {},
  });
  const subscriptions = [
    { channel: tracingChannel<string, QueryContext>('mysql2:query'), handlers: handle(false) },
    { channel: tracingChannel<string, QueryContext>('mysql2:execute'), handlers: handle(true) },
  ];
  for (const { channel, handlers } of subscriptions) channel.subscribe(handlers);
  return {
    [Symbol.dispose]() {
      for (const { channel, handlers } of subscriptions) channel.unsubscribe(handlers);
    },
  };
}

/** The statements of one query, which took its time together; a semicolon in a value ends none. */
export function splitPacket(query: string): string[] {
  const statements = query.match(/(?:'(?:[^'\\]|\\.|'')*'|`[^`]*`|[^;'`])+/g) ?? [];
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

/** A list of values is one value, and a union of the same selects is one select. */
function shapeOf(sql: string): string {
  return sql
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/'(?:[^'\\]|\\.|'')*'/g, '?')
    .replaceAll(/\b\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\(\?(?:, ?\?)*\)/g, '(?)')
    .replaceAll(/(\(select [^()]*(?:\(\?\)[^()]*)*\))(?: union all \1)+/g, '$1 union all …')
    .trim();
}
