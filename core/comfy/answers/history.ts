import { z } from 'zod';
import { ComfyFault, type HistoryEntry, type OutputFile } from '../comfy.ts';
import { describeFailure, errorSchema } from './failure.ts';

/** Lists by key; also other values, of custom nodes. */
export const nodeOutputSchema = z.record(z.string(), z.unknown()).nullish();

type NodeOutput = z.infer<typeof nodeOutputSchema>;

const entrySchema = z.object({
  outputs: z.record(z.string(), nodeOutputSchema).nullish(),
  status: z
    .object({
      status_str: z.string(),
      messages: z.array(z.tuple([z.string(), z.unknown()])).nullish(),
    })
    .nullish(),
});

/**
 * Reads `GET /history/{promptId}`; undefined for `{}`, which only says "not finished here". Throws a `malformed`
 * fault when the answer is not a history.
 */
export function parseHistory(answer: unknown, promptId: string): HistoryEntry | undefined {
  const entries = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!entries.success) throw new ComfyFault('malformed', '/history did not answer with an object');
  const raw = entries.data[promptId];
  if (raw === undefined) return undefined;
  const entry = entrySchema.safeParse(raw);
  if (!entry.success) throw new ComfyFault('malformed', '/history has an entry of an unknown shape');
  const { status, outputs } = entry.data;
  return {
    promptId,
    result: parseResult(status),
    outputs: parseOutputs(outputs),
    ranMs: parseRanMs(status?.messages),
  };
}

const stampSchema = z.object({ timestamp: z.number() });

/** By the server's own clock, which no clock of ours need agree with. */
function parseRanMs(
  messages: readonly (readonly [string, unknown])[] | null | undefined,
): number | undefined {
  const at = (found: unknown) => stampSchema.safeParse(found).data?.timestamp;
  const begun = at(messages?.find(([type]) => type === 'execution_start')?.[1]);
  const ended = at(messages?.findLast(([type]) => endTypes.has(type))?.[1]);
  return begun === undefined || ended === undefined ? undefined : Math.max(0, ended - begun);
}

const endTypes: ReadonlySet<string> = new Set([
  'execution_success',
  'execution_error',
  'execution_interrupted',
]);

/** `status_str` calls an interrupted execution an error; only the messages tell them apart. */
function parseResult(status: z.infer<typeof entrySchema>['status']): HistoryEntry['result'] {
  const messages = new Map(status?.messages ?? []);
  if (messages.has('execution_interrupted')) return { kind: 'interrupted' };
  const error = messages.get('execution_error');
  if (error === undefined && (status?.status_str ?? 'success') === 'success') return { kind: 'succeeded' };
  return { kind: 'failed', failure: describeFailure(errorSchema.safeParse(error).data ?? {}) };
}

const fileSchema = z.object({
  filename: z.string().min(1),
  subfolder: z.string().default(''),
  type: z.string().default('output'),
});

/** Files under any key: videos come under `images`, and custom nodes choose their own keys. */
function parseOutputs(outputs: z.infer<typeof entrySchema>['outputs']): OutputFile[] {
  return Object.entries(outputs ?? {}).flatMap(([nodeId, output]) => parseNodeOutput(nodeId, output));
}

/** The files of one node, in the history or in its `executed` message. */
export function parseNodeOutput(nodeId: string, output: NodeOutput): OutputFile[] {
  const animated = output?.animated;
  const isMarkedAnimated = Array.isArray(animated) && animated.includes(true);
  const items = Object.values(output ?? {}).flatMap((list) => (Array.isArray(list) ? list : []));
  const files = items.flatMap((item): OutputFile[] => {
    const file = fileSchema.safeParse(item).data;
    if (!file) return [];
    const media = mediaOf(file.filename);
    return [{ nodeId, ...file, media, isAnimated: isMarkedAnimated || media === 'video' }];
  });
  // A node that saves a text also says it.
  return files.some(({ media }) => media === 'text') ? files : [...files, ...wordsOf(nodeId, output?.text)];
}

/** What `PreviewAny` and its like show. */
const wordsOf = (nodeId: string, said: unknown): OutputFile[] =>
  [said].flat().flatMap((text, at) => {
    if (typeof text !== 'string') return [];
    const name = { filename: `${at}.txt`, subfolder: '', type: 'temp' };
    return [{ nodeId, ...name, media: 'text' as const, isAnimated: false, text }];
  });

const mediaByExtension: Readonly<Record<string, OutputFile['media']>> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  webp: 'image',
  gif: 'image',
  avif: 'image',
  mp4: 'video',
  webm: 'video',
  mkv: 'video',
  mov: 'video',
  flac: 'audio',
  mp3: 'audio',
  opus: 'audio',
  wav: 'audio',
  ogg: 'audio',
  txt: 'text',
  md: 'text',
  csv: 'text',
  json: 'text',
  glb: 'model3d',
  obj: 'model3d',
};

function mediaOf(filename: string): OutputFile['media'] {
  const extension = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  return mediaByExtension[extension] ?? 'other';
}
