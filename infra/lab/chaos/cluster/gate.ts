import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStatementReader, type StatementReader } from './statementReader.ts';

/** The connection of one process to one store: its traffic can be watched, held and silently lost. */
export interface Gate {
  /** The store's address through this gate. */
  url: string;
  /**
   * Calls `onSeen` once, as soon as a statement that matches was passed on, and keeps its answer back: its transaction
   * stays as it is. Only for MySQL.
   */
  holdAt(matches: (sql: string) => boolean, onSeen: () => void): Hold;
  /**
   * Loses all traffic from now on in both directions, the ends of connections too, without notice to either side. Old
   * connections stay lost; new ones are lost until `restore`.
   */
  silence(): void;
  /** New connections work again. */
  restore(): void;
  /** Ends silent connections, as both systems would do at last. */
  endSilent(): void;
  close(): Promise<void>;
}

interface Hold {
  /** Lets the answer through, or waits for the statement no longer. */
  release(): void;
}

interface Pair {
  client: Socket;
  upstream: Socket;
  isSilent: boolean;
  /** Answers that are kept back; undefined: none are. */
  kept: Buffer[] | undefined;
}

interface Watch {
  matches: (sql: string) => boolean;
  onSeen: () => void;
  pair: Pair | undefined;
}

export async function openGate(targetUrl: string): Promise<Gate> {
  const target = new URL(targetUrl);
  const pairs = new Set<Pair>();
  const watches = new Set<Watch>();
  let isSilent = false;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair: Pair = { client, upstream, isSilent, kept: undefined };
    pairs.add(pair);
    const reader = createStatementReader((sql) => noteStatement(pair, sql));
    join(pair, reader);
    client.once('close', () => upstream.destroyed && pairs.delete(pair));
    upstream.once('close', () => client.destroyed && pairs.delete(pair));
  });

  function noteStatement(pair: Pair, sql: string): void {
    for (const watch of watches) {
      if (watch.pair || pair.isSilent || !watch.matches(sql)) continue;
      watch.pair = pair;
      pair.kept = [];
      watch.onSeen();
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    holdAt(matches, onSeen) {
      const watch: Watch = { matches, onSeen, pair: undefined };
      watches.add(watch);
      return {
        release() {
          watches.delete(watch);
          if (watch.pair) letThrough(watch.pair);
        },
      };
    },
    silence() {
      isSilent = true;
      for (const pair of pairs) pair.isSilent = true;
    },
    restore() {
      isSilent = false;
    },
    endSilent() {
      for (const pair of pairs) if (pair.isSilent) end(pair);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const pair of pairs) end(pair);
      await closed;
    },
  };
}

function end({ client, upstream }: Pair): void {
  client.destroy();
  upstream.destroy();
}

function letThrough(pair: Pair): void {
  const { kept = [] } = pair;
  pair.kept = undefined;
  if (!pair.isSilent) for (const chunk of kept) pair.client.write(chunk);
}

/** Passes on what comes, and the end of a connection, unless the pair is silent. */
function join(pair: Pair, reader: StatementReader): void {
  const { client, upstream } = pair;
  client.on('data', (chunk: Buffer) => {
    if (pair.isSilent) return;
    pass(client, upstream, chunk);
    reader.push(chunk);
  });
  upstream.on('data', (chunk: Buffer) => {
    if (pair.isSilent) return;
    reader.pushAnswer(chunk);
    if (pair.kept) pair.kept.push(chunk);
    else pass(upstream, client, chunk);
  });
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    // Its `close` follows, and tells the other side.
    from.on('error', () => undefined);
    from.on('close', (hadError) => {
      if (pair.isSilent) return;
      if (hadError) to.destroy();
      else to.end();
    });
  }
}

function pass(from: Socket, to: Socket, chunk: Buffer): void {
  if (to.destroyed || to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
