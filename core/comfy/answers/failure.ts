import { loaderInputs } from '@star-graph/workflows/models/loaders';
import { z } from 'zod';
import type { ExecutionFailure } from '../comfy.ts';
import { isServerFault, withoutQuotes } from './serverFaults.ts';

/**
 * The part of `execution_error` that is worth keeping: its inputs hold stringified tensors (tens of kilobytes). Its
 * traceback holds the server's paths; of that only the last line is ever told.
 */
export const errorSchema = z.object({
  node_id: z.union([z.string(), z.number()]).transform(String).optional(),
  node_type: z.string().optional(),
  exception_type: z.string().optional(),
  exception_message: z.string().optional(),
  traceback: z.array(z.string()).optional().catch(undefined),
});

/** Out of memory on a CPU is a plain RuntimeError, so the text decides as well as the type. */
const outOfMemory =
  /out ?of ?memory|\w*MemoryError\b|(can't|cannot|could not|unable to|failed to) allocate|not enough (GPU )?(video )?memory|allocation on device|STATUS_ALLOC_FAILED/i;

/** Faults on every server: an input that is not an image, and a model that lacks a part which the graph uses. */
const requestFault =
  /UnidentifiedImageError|cannot identify image file|image file is truncated|input is invalid: None|DecompressionBomb/i;

/** Weights that meet numbers of another shape. The size of a picture never causes this. */
const modelsClash = /mat1 and mat2 shapes cannot be multiplied|size mismatch for /i;

/**
 * What a loader says when a file is cut off or no model at all: the old and new words of the safetensors library,
 * PyTorch and pickle.
 */
const modelUnreadable = new RegExp(
  [
    'HeaderTooLarge|HeaderTooSmall|InvalidHeader|MetadataIncompleteBuffer|deserializing header|invalid header',
    'header too (large|small)|incomplete metadata|file not fully covered|safetensors file is corrupt',
    'EOFError|Ran out of input|unexpected EOF|invalid load key|UnpicklingError|Weights only load failed',
    'PytorchStreamReader failed|failed finding central directory|not a ZIP archive',
  ].join('|'),
  'i',
);

/**
 * What a loader says of a whole file of another kind than it reads: ComfyUI's, PyTorch's and spandrel's words. Only for
 * loaders: there a missing key is a fault of the file, elsewhere it may be anything.
 */
const modelUnsuited =
  /Could not detect model type|is invalid and does not contain a valid|UnsupportedModelError|\bKeyError\b|missing key|size mismatch for /i;

export function describeFailure(error: z.infer<typeof errorSchema>): ExecutionFailure {
  return {
    reason: reasonOf(error),
    nodeId: error.node_id,
    nodeType: error.node_type,
    exceptionType: error.exception_type,
    message: cleanMessage(error.exception_message ?? '') || messageOf(error),
  };
}

/** An exception without words, as of a bare `assert`: the line that raised it says most. */
function messageOf({ exception_type: type, traceback = [] }: z.infer<typeof errorSchema>): string {
  const lines = traceback.join('\n').split(/[\r\n]+/);
  const line = cleanMessage(lines.findLast((one) => /[\p{L}\p{N}]/u.test(one)) ?? '');
  const name = cleanMessage(type ?? '');
  if (name === '' && line === '') return 'The server gave no reason.';
  if (line === '') return `${name}, without a word of why.`;
  return cleanMessage(name === '' ? `It broke off at: ${line}` : `${name} at: ${line}`);
}

function reasonOf(error: z.infer<typeof errorSchema>): ExecutionFailure['reason'] {
  const { exception_type: type, exception_message: message = '' } = error;
  const text = `${type ?? ''} ${message}`;
  if (outOfMemory.test(withoutQuotes(text))) return 'out-of-memory';
  if (requestFault.test(text)) return 'request';
  const isLoader = Object.hasOwn(loaderInputs, error.node_type ?? '');
  if (isLoader && modelUnreadable.test(text)) return 'model-unreadable';
  if (isLoader && modelUnsuited.test(text)) return 'model-unsuited';
  if (modelsClash.test(text)) return 'models-clash';
  return isServerFault(type, message) ? 'server-fault' : 'node-error';
}

const maxMessageLength = 300;

/** The first line of a message of the server, without its paths, its objects and its control characters. */
export function cleanMessage(message: string): string {
  const line = message.trim().split(/[\r\n]/, 1)[0] ?? '';
  return (
    line
      .slice(0, 4096)
      .replace(/'[^']*[\\/][^']*'|"[^"]*[\\/][^"]*"/g, "'…'")
      .replace(/(?<!\w)(?:[A-Za-z]:|~|<\w+>)?[\\/](?:[^\s'":,;]+)/g, '…')
      .replace(/tensor\(.*$/, 'tensor')
      .replace(/<[^<>]* at 0x[0-9a-f]+>/gi, 'object')
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, maxMessageLength)
      // Half of a surrogate pair is not text, and no database takes it.
      .toWellFormed()
  );
}
