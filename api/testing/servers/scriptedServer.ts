import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answering } from '@star-graph/core/testing/services/answering';

/** `drop`: the connection ends without an answer. `hang`: no answer comes. */
type GivenAnswer = 'drop' | 'hang' | { status: number; headers?: Record<string, string>; body?: unknown };
/** A function looks at the request: of several at once none knows its turn. */
export type ScriptedAnswer = GivenAnswer | ((request: ScriptedRequest) => GivenAnswer);

interface ScriptedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface ScriptedServer extends AsyncDisposable {
  url: string;
  requests: ScriptedRequest[];
}

/**
 * A server that gives the listed answers in order and then repeats the last one: for answers that a real server
 * seldom gives.
 */
export async function startScriptedServer(...answers: ScriptedAnswer[]): Promise<ScriptedServer> {
  const requests: ScriptedServer['requests'] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const scripted = answers[Math.min(requests.length, answers.length - 1)] ?? 'drop';
    const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    requests.push(asked);
    const answer = typeof scripted === 'function' ? scripted(asked) : scripted;
    if (answer === 'drop') request.socket.destroy();
    else if (answer !== 'hang') {
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    }
  };
  const server = createServer(answering(serve));
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
): GivenAnswer => ({
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
