import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import { WebSocket } from 'ws';

/** No account is needed to open one; nothing is sent on it. */
export async function tryWebSocket(baseUrl: string, signal: AbortSignal): Promise<Finding[]> {
  const url = `${baseUrl.replace(/^http/, 'ws')}/ws`;
  const socket = new WebSocket(url, 'v12.stomp', { rejectUnauthorized: false });
  try {
    await once(socket, 'open', { signal });
    return [];
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return [
      finding(
        'websocket-refused',
        `No WebSocket opens at ${url} (${why.replace(/\.$/, '')}): the extension and the bot get no events.`,
        'Let the proxy pass upgrades: nginx "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;".',
      ),
    ];
  } finally {
    socket.terminate();
  }
}

/** What the form around a file takes. */
const formBytes = 10_000;
/** A proxy that takes the size waits for the body in silence. */
const silenceMs = 3_000;

/** Announces the largest upload, without an account and without a body: a proxy that would refuse it does so at once. */
export async function tryUploadSize(
  baseUrl: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Finding[]> {
  const url = new URL(`${baseUrl}/api/v1/assets`);
  const { request } = url.protocol === 'https:' ? https : http;
  const sent = request(url, {
    method: 'POST',
    agent: false,
    rejectUnauthorized: false,
    headers: {
      'content-type': 'multipart/form-data; boundary=doctor',
      'content-length': limitBytes + formBytes,
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(silenceMs)]),
  });
  sent.flushHeaders();
  try {
    const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
    // Ours would be a problem document, and it asks who it is first.
    if (response.statusCode !== 413) return [];
  } catch {
    return [];
  } finally {
    sent.on('error', () => undefined).destroy();
  }
  return [
    finding(
      'upload-refused',
      `A proxy refuses uploads of ${limitBytes} bytes, which UPLOAD_LIMIT_BYTES allows.`,
      `Raise its limit: nginx "client_max_body_size ${Math.ceil((limitBytes + formBytes) / 1_000_000)}m;". Or lower UPLOAD_LIMIT_BYTES.`,
    ),
  ];
}
