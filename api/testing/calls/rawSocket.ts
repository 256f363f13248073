import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Sends bytes that no HTTP client would send, and resolves with the whole answer when the server ends the connection.
 * @param afterwards sent when the answer has begun.
 */
export async function sendRaw(url: string, request: string, afterwards = ''): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) {
    if (answer === '') socket.write(afterwards);
    answer += String(chunk);
  }
  return answer;
}

/**
 * Sends all of a long body before it looks at any answer, as simple clients do. Rejects where the connection is reset
 * over that.
 */
export async function sendAllFirst(url: string, head: string, bodyBytes: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(head);
  const piece = Buffer.alloc(65_536);
  for (let sent = 0; sent < bodyBytes; sent += piece.length)
    if (!socket.write(piece)) await once(socket, 'drain');
  return text(socket);
}

/**
 * Sends bytes that no HTTP client would send, keeps the connection open, and resolves with the first answer as soon
 * as it is complete by its stated length.
 */
export async function holdRaw(url: string, request: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  // As bytes: a letter may come in two pieces.
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk]);
    const bodyAt = answer.indexOf('\r\n\r\n') + 4;
    const length = /^content-length: (\d+)\r$/im.exec(answer.toString('latin1', 0, bodyAt))?.[1];
    if (length !== undefined && answer.length - bodyAt >= Number(length)) break;
  }
  return answer.toString();
}

/** Sends bytes that no HTTP client would send, and hangs up after the head of the answer. */
export async function readHead(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('\r\n\r\n')) break;
  }
  return answer;
}
