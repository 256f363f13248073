import { createInterface } from 'node:readline';
import WebSocket from 'ws';

/**
 * Many sockets in a process of their own that only count what they receive. Reads one line of JSON from stdin,
 * `{ url, count, token? }`: with a token they speak STOMP and subscribe to progress, without they take what comes.
 * Prints `{"ready":true}`, then, for each further line, the messages counted since the one before.
 */
interface Order {
  url: string;
  count: number;
  token?: string;
}

let received = 0;

function open(url: string, token: string | undefined): Promise<void> {
  const isStomp = token !== undefined;
  const socket = isStomp ? new WebSocket(`${url}/ws`, 'v12.stomp') : new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      if (isStomp)
        socket.send(
          frame('CONNECT', { 'accept-version': '1.2', host: '/', Authorization: `Bearer ${token}` }),
        );
      else resolve();
    });
    let isSubscribed = !isStomp;
    socket.on('message', (data: Buffer) => {
      if (isSubscribed) {
        received += isStomp ? countFrames(data) : 1;
        return;
      }
      const text = data.toString();
      if (text.startsWith('CONNECTED'))
        socket.send(frame('SUBSCRIBE', { id: '0', destination: '/user/topic/progress', receipt: 'r' }));
      else if (text.startsWith('ERROR'))
        reject(new Error(`the server refused a subscriber: ${text.slice(0, 300)}`));
      if (text.includes('RECEIPT\n')) {
        isSubscribed = true;
        resolve();
      }
    });
  });
}

/** A frame ends with a NUL, and several may come in one message. */
function countFrames(data: Buffer): number {
  let count = 0;
  for (let at = data.indexOf(0); at >= 0; at = data.indexOf(0, at + 1)) count += 1;
  return count;
}

const frame = (command: string, headers: Record<string, string>): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  return `${command}\n${lines.join('')}\n\0`;
};

let isOpen = false;
for await (const line of createInterface({ input: process.stdin })) {
  if (isOpen) {
    console.log(JSON.stringify({ received }));
    received = 0;
  } else {
    const { url, count, token } = JSON.parse(line) as Order;
    for (let index = 0; index < count; index++) await open(url, token);
    isOpen = true;
    received = 0;
    console.log(JSON.stringify({ ready: true }));
  }
}
process.exit(0);
