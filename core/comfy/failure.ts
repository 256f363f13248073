import { z } from 'zod';
import type { ExecutionFailure } from './comfy.ts';

/**
 * The part of `execution_error` that is fit to be kept: its inputs hold stringified tensors (tens of kilobytes) and its
 * traceback the server's paths.
 */
export const errorSchema = z.object({
  node_id: z.union([z.string(), z.number()]).transform(String).optional(),
  node_type: z.string().optional(),
  exception_type: z.string().optional(),
  exception_message: z.string().optional(),
});

/** Out of memory on a CPU is a plain RuntimeError, so the text decides as well as the type. */
const outOfMemory =
  /out ?of ?memory|can't allocate memory|cannot allocate memory|not enough memory|allocation on device|failed to allocate/i;

/** What fails on every server: an input that is no image, and models that do not fit each other. */
const requestFault =
  /UnidentifiedImageError|cannot identify image file|image file is truncated|shapes cannot be multiplied|size mismatch for|input is invalid: None|DecompressionBomb/i;

export function describeFailure(error: z.infer<typeof errorSchema>): ExecutionFailure {
  const text = `${error.exception_type ?? ''} ${error.exception_message ?? ''}`;
  return {
    reason: outOfMemory.test(text) ? 'out-of-memory' : requestFault.test(text) ? 'request' : 'node-error',
    nodeId: error.node_id,
    nodeType: error.node_type,
    message: cleanMessage(error.exception_message ?? '') || 'The server gave no reason.',
  };
}

const maxMessageLength = 300;

/** The first line of a message of the server, without its paths, its objects and its control characters. */
export function cleanMessage(message: string): string {
  const line = message.trim().split(/[\r\n]/, 1)[0] ?? '';
  return line
    .slice(0, 4096)
    .replace(/'[^']*[\\/][^']*'|"[^"]*[\\/][^"]*"/g, "'…'")
    .replace(/(?<!\w)(?:[A-Za-z]:|~|<\w+>)?[\\/](?:[^\s'":,;]+)/g, '…')
    .replace(/tensor\(.*$/, 'tensor')
    .replace(/<[^<>]* at 0x[0-9a-f]+>/gi, 'object')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, maxMessageLength);
}
