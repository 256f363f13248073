import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends what no HTTP client would, and resolves with all that came back when the server ended the connection. */
export async function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  return text(socket);
}
