import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `drop`: the connection ends without an answer. `hang`: no answer comes. */
export type ScriptedAnswer =
  | 'drop'
  | 'hang'
  | { status: number; headers?: Record<string, string>; body?: unknown };

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  requests: { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }[];
}

/**
 * A server that gives the listed answers in order and then repeats the last one: for answers that a real server
 * seldom gives.
 */
export async function startScriptedServer(...answers: ScriptedAnswer[]): Promise<ScriptedServer> {
  const requests: ScriptedServer['requests'] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 'drop';
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (answer === 'drop') request.socket.destroy();
    else if (answer !== 'hang') {
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const problemAnswer = (
  code: string,
  status: number,
  headers: Record<string, string> = {},
): ScriptedAnswer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', ...headers },
  body: {
    type: `urn:star-graph:problem:${code}`,
    title: code,
    status,
    detail: `Say ${code}.`,
    instance: 'urn:test',
  },
});
