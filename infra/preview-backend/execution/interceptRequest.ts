import { setTimeout as delay } from 'node:timers/promises';
import { type Exchange, sendText } from '../routes/http.ts';
import type { Faults } from './faults.ts';

/** Strikes the HTTP faults armed for this request. True when it must not be answered otherwise. */
export async function interceptRequest(faults: Faults, exchange: Exchange): Promise<boolean> {
  if (exchange.path === '/control' || faults.armed().length === 0) return false;
  const matches = (fault: { path?: string | undefined; method?: string | undefined }): boolean =>
    (fault.path === undefined ||
      exchange.path === fault.path ||
      exchange.path.startsWith(`${fault.path}/`)) &&
    (fault.method === undefined || fault.method === exchange.request.method);
  const slow = faults.strike('http-delay', matches);
  if (slow) await delay(slow.delayMs);
  if (faults.strike('http-hang', matches)) return true;
  const failing = faults.strike('http-status', matches);
  if (failing) {
    sendText(exchange, failing.status, 'simulated failure');
    return true;
  }
  if (faults.strike('http-garbage', matches)) {
    exchange.response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
    exchange.response.end('{"prompt_id": "\u0000<html>');
    return true;
  }
  const cut = faults.strike('http-truncate', (fault) => matches({ path: '/view', ...fault }));
  if (cut) truncateBody(exchange);
  return false;
}

/** Lets the answer start, and ends the connection when half of the announced body has left. */
function truncateBody({ response }: Exchange): void {
  const write = response.write.bind(response);
  let left = -1;
  const cutOff = (chunk: Buffer): boolean => {
    if (left < 0) left = Math.floor(Number(response.getHeader('Content-Length') ?? chunk.length) / 2);
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (left > 0) return write(part);
    write(part, () => response.destroy());
    return false;
  };
  response.write = ((chunk: Buffer) => cutOff(Buffer.from(chunk))) as typeof response.write;
  const end = response.end.bind(response);
  response.end = ((chunk?: Buffer) => {
    if (chunk instanceof Buffer) cutOff(chunk);
    else if (left !== 0) end();
    return response;
  }) as typeof response.end;
}
