import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';

/**
 * One person requests pictures, and one unknown client requests a list, both as fast as they are answered. Reads one
 * line of JSON from stdin, `{ url, token, connections, body }`, then prints `{"ready":true}` after the first answer,
 * and after any further line the answers by status, and ends.
 */
interface Order {
  /** Of the API. */
  url: string;
  token: string;
  /** Of each of the two. */
  connections: number;
  body: object;
}

const statuses: Record<string, number> = {};
let isOver = false;
let isReady = false;

function send(agent: Agent, order: Order, isKnown: boolean): Promise<void> {
  const path = isKnown ? '/api/v1/generate/text2img' : '/api/v1/tasks';
  const headers = isKnown
    ? { Authorization: `Bearer ${order.token}`, 'Content-Type': 'application/json' }
    : { Authorization: 'Bearer unknown' };
  return new Promise((resolve, reject) => {
    const sent = request(
      order.url + path,
      { agent, method: isKnown ? 'POST' : 'GET', headers },
      (response) => {
        response.resume().on('end', () => {
          const status = String(response.statusCode);
          statuses[status] = (statuses[status] ?? 0) + 1;
          if (!isReady) console.log(JSON.stringify({ ready: true }));
          isReady = true;
          resolve();
        });
      },
    );
    sent.on('error', reject);
    sent.end(isKnown ? JSON.stringify(order.body) : undefined);
  });
}

async function flood(order: Order): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 * order.connections });
  const work = async (isKnown: boolean) => {
    while (!isOver) await send(agent, order, isKnown);
  };
  await Promise.all(Array.from({ length: 2 * order.connections }, (_, index) => work(index % 2 === 0)));
  agent.destroy();
}

let flooding: Promise<void> | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  if (flooding === undefined) {
    flooding = flood(JSON.parse(line) as Order);
    continue;
  }
  isOver = true;
  await flooding;
  console.log(JSON.stringify(statuses));
  break;
}
process.exit(0);
