import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';

export interface TestDnsServer extends AsyncDisposable {
  /** For `Resolver.setServers`. */
  address: string;
  /** What it knows; of another name it says that there is none, of another type that there is no record. */
  records: Answer[];
  /** The code of its answers while it is out of order. */
  fault: 'SERVFAIL' | 'REFUSED' | undefined;
}

const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

/** A real DNS server on loopback, over UDP. */
export async function startDnsServer(): Promise<TestDnsServer> {
  const socket = createSocket('udp4');
  const server: TestDnsServer = {
    address: '',
    records: [],
    fault: undefined,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
  socket.on('message', (message, { port, address }) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    const named = server.records.filter(({ name }) => name === question?.name);
    const answers = server.fault ? [] : named.filter(({ type }) => type === question?.type);
    const code = codes[server.fault ?? (named.length === 0 ? 'NXDOMAIN' : 'NOERROR')];
    const flags = AUTHORITATIVE_ANSWER | code;
    socket.send(encode({ type: 'response', id: id ?? 0, flags, questions, answers }), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}
