import { randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { LoadRequest } from '../load.ts';

/**
 * Repeats requests as fast as they are answered. Reads one line of JSON from stdin, `{ requests, connections }`, then
 * prints `{"ready":true}` after the first answer, and after any further line the answers by status, and ends.
 */
interface Order {
  /** Each `{octet}` in their headers and bodies is a random one, another in each repetition. */
  requests: LoadRequest[];
  /** Over how many connections each of the requests is sent. */
  connections: number;
}

const statuses: Record<string, number> = {};
let isOver = false;
let isReady = false;

const vary = (text: string): string => text.replaceAll('{octet}', () => String(randomInt(1, 255)));

function send(agent: Agent, { method, url, headers, body }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const varied = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, vary(value)]));
    const sent = request(url, { agent, method, headers: varied }, (response) => {
      response.resume().on('end', () => {
        const status = String(response.statusCode);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (!isReady) console.log(JSON.stringify({ ready: true }));
        isReady = true;
        resolve();
      });
    });
    sent.on('error', reject);
    sent.end(body && vary(body));
  });
}

async function flood({ requests, connections }: Order): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: requests.length * connections });
  const work = async (one: LoadRequest) => {
    while (!isOver) await send(agent, one);
  };
  await Promise.all(requests.flatMap((one) => Array.from({ length: connections }, () => work(one))));
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
