import { operations } from '@star-graph/client/operations.generated';
import { sendRequest } from '@star-graph/client/request';
import { saveBlob } from '../../../data/saveBlob.ts';
import { api } from '../../../session/session.ts';

/** A part has up to half a gigabyte, and lines are slow: whoever has enough of it stops it. */
const longestPartMs = 6 * 3_600_000;

export interface Part {
  number: number;
  cursor: string | undefined;
}
export const firstPart: Part = { number: 1, cursor: undefined };

/**
 * Fetches one part and saves it.
 * @param onBytes is told how many have come.
 * @returns the next part; undefined after the last.
 * @throws what the server refused, or the signal's reason; the same part can be asked for again.
 */
export async function savePart(
  { number, cursor }: Part,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Part | undefined> {
  const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
  const path = `${operations.exportAccount.path}${query}`;
  const options = { signal, timeoutMs: longestPartMs };
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: true }, options);
  let bytes = 0;
  const counted = answer.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length;
        onBytes(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  const blob = await new Response(counted ?? null).blob();
  saveBlob(blob, number === 1 ? 'star-graph-data.zip' : `star-graph-files-${number - 1}.zip`);
  const next = /[?&]cursor=([^&>]+)/.exec(answer.headers.get('link') ?? '')?.[1];
  return next === undefined ? undefined : { number: number + 1, cursor: decodeURIComponent(next) };
}
