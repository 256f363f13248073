import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { ProblemView } from '@star-graph/contract/problems';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import { requestUrn } from '../apiContext.ts';
import { HttpProblem } from './httpProblem.ts';

const present = ({ code, detail, status }: HttpProblem): ProblemView =>
  presentProblem({ code, detail, status, instance: requestUrn(newId()) });

/** Answers on a connection that has no response to write to, and ends it. Never throws. */
export function answerRaw(socket: Duplex, problem: HttpProblem): void {
  // The client may be gone already, which is fine.
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(present(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Refusals of Node before there is a request, by the code of the error. */
const refusals: Record<string, HttpProblem> = {
  HPE_HEADER_OVERFLOW: new HttpProblem(
    431,
    'too-large',
    'The headers are too large. Send fewer or shorter ones.',
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new HttpProblem(
    413,
    'too-large',
    'The chunk extensions are too large. Send the body without them.',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpProblem(
    408,
    // Also for a request that waited for a process that stood still: it was never read.
    'unavailable',
    'The request did not come in time. Send it again.',
  ),
};
const malformed = new HttpProblem(400, 'invalid-params', 'This is not HTTP/1.1. Check what you send.');
const unknownExpectation = new HttpProblem(
  417,
  'invalid-params',
  'No expectation but 100-continue can be met. Leave the header Expect out.',
);

/** Gives Node's own bare answers a problem document. */
export function answerRefusals(server: Server | Http2SecureServer): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  const note = (request: IncomingMessage, response: ServerResponse) =>
    answering.set(request.socket, response);
  server.on('request', note);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // After the beginning of an answer a second one would be read as its body.
    const response = answering.get(socket);
    if (response?.headersSent && !response.writableFinished) socket.destroy();
    else answerRaw(socket, refusals[error.code ?? ''] ?? malformed);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const view = present(unknownExpectation);
    const body = JSON.stringify(view);
    response.writeHead(view.status, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    });
    response.end(body);
  });
}
