import { sign as signBytes } from 'node:crypto';
import { type DiscordState, newSnowflake } from './state.ts';

/** As Discord tells it: hexadecimal, without the key's description. */
export const publicKeyOf = ({ keys }: Pick<DiscordState, 'keys'>): string =>
  keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

/** How a body is posted; each part can be another than Discord's. */
interface Post {
  payload: unknown;
  atMs?: number;
  /** What is signed in place of the body. */
  signed?: string;
}

/** A body as Discord posts it, with its signature over the time and itself. */
export function sign(
  { keys, nowMs }: Pick<DiscordState, 'keys' | 'nowMs'>,
  { payload, atMs = nowMs(), signed }: Post,
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify(payload);
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = signBytes(null, Buffer.from(timestamp + (signed ?? body)), keys.privateKey);
  const headers = {
    'content-type': 'application/json',
    'x-signature-ed25519': signature.toString('hex'),
    'x-signature-timestamp': timestamp,
  };
  return { body, headers };
}

export const post = (
  state: Pick<DiscordState, 'keys' | 'nowMs' | 'endpoint'>,
  { url = state.endpoint ?? '', ...what }: Post & { url?: string },
): Promise<Response> => fetch(url, { method: 'POST', ...sign(state, what) });

/** Enters an address for interactions, as the developer portal does: it has to answer a ping, and refuse a forged one. */
export async function enterEndpoint(state: DiscordState, url: string): Promise<void> {
  const payload = { id: newSnowflake(), application_id: state.applicationId, type: 1, token: 'ping' };
  const answer = await post(state, { payload, url });
  const said: unknown = await answer.json();
  const forged = await post(state, { payload, url, signed: 'something else' });
  await forged.body?.cancel();
  if (answer.status !== 200 || (said as { type?: number }).type !== 1 || forged.status !== 401)
    throw new Error(
      'interactions-endpoint-url: The specified interactions endpoint url could not be verified.',
    );
  state.endpoint = url;
}

/** Without an answer of its own the bot has to answer by a call: Discord takes 202 for that alone. */
export async function postInteraction(state: DiscordState, payload: Record<string, unknown>): Promise<void> {
  const interactionId = String(payload.id);
  try {
    const { status, body } = await post(state, { payload });
    await body?.cancel();
    state.posts.push({ interactionId, status });
  } catch {
    state.posts.push({ interactionId, status: 0 });
  }
}
