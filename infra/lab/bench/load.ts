import { Agent, request } from 'node:http';

/** The request of a task whose picture does not matter. */
export const smallPicture = { prompt: 'a small picture', width: 256, height: 256, steps: 4 };

export interface LoadRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * Sends requests over kept-alive connections, `concurrency` at a time, and reads every answer.
 * @returns the bodies by index and how long it took as a whole. @throws Error on a status that is not 2xx.
 */
export async function sendAll(
  count: number,
  concurrency: number,
  toRequest: (index: number) => LoadRequest,
): Promise<{ bodies: string[]; elapsedMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const bodies: string[] = new Array(count);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++)
      bodies[index] = await send(agent, toRequest(index));
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, work));
  const elapsedMs = performance.now() - startMs;
  agent.destroy();
  return { bodies, elapsedMs };
}

/** @returns the body. @throws Error on a status that is not 2xx. */
export function send(agent: Agent, { method, url, headers, body }: LoadRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers, timeout: 30_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(new Error(`${method} ${url} answered ${status}: ${text.slice(0, 300)}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${url} did not answer`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Runs `work` for each index, `concurrency` at a time. @returns how long it took as a whole. */
export async function runAll(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let index = next++; index < count; index = next++) await work(index);
    }),
  );
  return performance.now() - startMs;
}
