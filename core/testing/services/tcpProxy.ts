import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { findFreePort } from '../../ground/runtime/freePort.ts';

export interface TcpProxy extends AsyncDisposable {
  /** The target's URL with this proxy's host and port. */
  url: string;
  /** Ends all connections and refuses new ones, like a server that died. */
  cut(): Promise<void>;
  /** Passes nothing on and answers nothing, but keeps accepting: like a server that was stopped by a signal. */
  freeze(): void;
  /** New connections go to another server; those that are open stay where they are. */
  redirect(targetUrl: string): void;
  /** Undoes `cut` and `freeze`. */
  restore(): Promise<void>;
}

/** Stands between a client and a real server, so that a test can take the server away from that client alone. */
export async function createTcpProxy(targetUrl: string): Promise<TcpProxy> {
  let target = new URL(targetUrl);
  const pairs = new Set<[Socket, Socket]>();
  let isFrozen = false;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      // A broken connection is expected here: the proxy exists to cut connections.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
    if (isFrozen) freezePair(pair);
  });

  // One that the system gives out could be another server's between `cut` and `restore`.
  const port = await findFreePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);

  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const [client] of pairs) client.destroy();
    await closed;
  };
  return {
    url: url.href,
    cut,
    freeze() {
      isFrozen = true;
      for (const pair of pairs) freezePair(pair);
    },
    redirect(targetUrl) {
      target = new URL(targetUrl);
    },
    async restore() {
      isFrozen = false;
      for (const pair of pairs) thawPair(pair);
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    [Symbol.asyncDispose]: cut,
  };
}

function freezePair([client, upstream]: [Socket, Socket]): void {
  client.unpipe(upstream).pause();
  upstream.unpipe(client).pause();
}

function thawPair([client, upstream]: [Socket, Socket]): void {
  client.pipe(upstream);
  upstream.pipe(client);
}
