import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { ComfyFault } from '../../comfy/comfy.ts';
import type { BackendNetwork } from '../../comfy/http/network.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { measureOffset } from './clockOffset.ts';

const limitMs = 3_000;
/** Servers cut the second off: half of one is the middle of what it may be. */
const cutMs = 500;

/** How far its clock is ahead of ours, by the `Date` of an answer; undefined where a proxy leaves it out. */
export async function measureServerOffset(
  { clock, network }: { clock: Pick<Clock, 'now'>; network: BackendNetwork },
  { url, headers }: { url: string; headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<number | undefined> {
  const target = new URL(`${url.replace(/\/$/, '')}/system_stats`);
  network.check(target);
  const { request } = target.protocol === 'https:' ? https : http;
  let isTold = true;
  const offsetMs = await measureOffset({ clock }, async () => {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const sent = request(target, { agent: network.agentFor(target), headers, signal: ending });
    try {
      const answered = once(sent, 'response');
      sent.end();
      const [response] = (await answered) as [IncomingMessage];
      response.resume();
      const read = Date.parse(response.headers.date ?? '');
      isTold = !Number.isNaN(read);
      return read + cutMs;
    } catch (cause) {
      signal.throwIfAborted();
      throw new ComfyFault('unreachable', '/system_stats', { cause });
    }
  });
  return isTold ? offsetMs : undefined;
}
