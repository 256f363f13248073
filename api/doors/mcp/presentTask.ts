import { buffer } from 'node:stream/consumers';
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import { thumbnailBoxPixels } from '@star-graph/core/media/pictures';
import { createThumbnailOf } from '@star-graph/core/media/thumbnail';
import type { Progress } from '@star-graph/core/work/events/event';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { isSeen, type MediaKind, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { presentTask as presentView } from '../../routes/tasks/presentTask.ts';
import { faultOf } from '../readResults.ts';
import { presentFault } from './presentFault.ts';
import type { McpDeps } from './visit.ts';

/** Models look at each, and pay for what they look at. */
const mostShown = 4;

/** A task as a model reads it, with links to its results and small pictures of them. */
export async function presentTask(
  deps: McpDeps,
  found: TaskWithOutputs,
  signal: AbortSignal,
): Promise<CallToolResult> {
  if (!isTerminal(found.task.status)) return presentOpen(deps, found, undefined);
  const view = await presentView(deps, found);
  const fault = faultOf(found);
  if (fault) return presentFault(fault, { taskId: view.id });
  const links = view.outputs.flatMap((output) => [...wordsOf(output), linkTo(output)]);
  const pictures: ContentBlock[] = [];
  const shown: string[] = [];
  const seen = found.outputs.filter(
    ({ mime, thumbnailKey }) => isSeen(mediaKindOf(mime)) || thumbnailKey !== null,
  );
  for (const asset of seen.slice(0, mostShown)) {
    const picture = await readSmallPicture(deps, asset, signal);
    if (!picture) continue;
    pictures.push({ type: 'image', ...picture });
    shown.push(asset.id);
  }
  return {
    content: [{ type: 'text', text: describeEnded(view) }, ...links, ...pictures],
    structuredContent: factsOf(view, shown),
  };
}

/** A task that goes on, with the last look at it. */
export async function presentOpen(
  deps: McpDeps,
  found: TaskWithOutputs,
  last: Progress | undefined,
): Promise<CallToolResult> {
  const view = await presentView(deps, found);
  const progress = last ?? view.progress;
  const preview = progress.preview ?? view.progress.preview;
  return {
    content: [
      { type: 'text', text: describeOpen(view, progress) },
      ...(preview ? [{ type: 'image' as const, data: preview.base64, mimeType: preview.mime }] : []),
    ],
    // Some clients show a model the facts in place of the words.
    structuredContent: { ...factsOf(view), next: whatNext },
  };
}

const whatNext = 'It goes on by itself: call wait with its id, or cancel it.';

type OutputView = TaskView['outputs'][number];

const linkTo = ({ id, mime, url, width, height, durationMs }: OutputView): ContentBlock => ({
  type: 'resource_link',
  uri: url,
  name: id,
  mimeType: mime,
  description: [
    ...(width > 0 ? [`${width} × ${height}`] : []),
    ...(durationMs === undefined ? [] : [`${durationMs / 1_000} s`]),
    'the whole file; the link opens for an hour',
  ].join(', '),
});

function describeEnded({ id, outputs, charged = 0 }: TaskView): string {
  const kinds = Map.groupBy(outputs, ({ mime }) => mediaKindOf(mime));
  const made = [...kinds].map(([kind, assets]) => {
    const { word, goesOn } = kindWords[kind];
    const ids = assets.map((asset) => asset.id).join(', ');
    return `Its ${word}${assets.length > 1 ? 's' : ''}: ${ids}. ${goesOn}`.trim();
  });
  return [`Task ${id} is done and cost ${inCredits(charged)}.`, ...made].join('\n');
}

/** What a result is called, and what a model may do with its id. */
const kindWords: Record<MediaKind, { word: string; goesOn: string }> = {
  image: {
    word: 'picture',
    goesOn: 'To go on from one, give its id as a picture of another workflow.',
  },
  video: { word: 'video', goesOn: 'To go on from one, give its id as a video of another workflow.' },
  audio: { word: 'sound', goesOn: 'To go on from one, give its id as a sound of another workflow.' },
  text: { word: 'text', goesOn: '' },
  model3d: { word: '3D model', goesOn: '' },
};

/** What a node said is for the model to read. */
const wordsOf = ({ text }: OutputView): ContentBlock[] =>
  text === undefined ? [] : [{ type: 'text', text }];

function describeOpen({ id, status, cost }: TaskView, progress: Progress): string {
  const { percent, queuePosition, etaSeconds } = progress;
  const place = queuePosition === undefined ? '' : `, place ${queuePosition} in the queue`;
  const rest = etaSeconds === undefined ? '' : `, about ${Math.ceil(etaSeconds)} s to go`;
  const state = status === 'running' ? `runs, ${Math.floor(percent)} % done` : `waits${place}`;
  return [`Task ${id} ${state}${rest}, with ${inCredits(cost)} held for it.`, whatNext].join('\n');
}

/** @param shown the results whose small pictures are in the answer, in their order */
const factsOf = (
  { id, workflow, status, cost, charged, progress, outputs }: TaskView,
  shown: readonly string[] = [],
) => ({
  taskId: id,
  workflow: workflow.name,
  status,
  credits: { price: cost, ...(charged === undefined ? {} : { charged }) },
  percent: progress.percent,
  ...(progress.queuePosition === undefined ? {} : { queuePosition: progress.queuePosition }),
  ...(progress.etaSeconds === undefined ? {} : { etaSeconds: progress.etaSeconds }),
  outputs: outputs.map(({ id: assetId, mime, width, height, url, text }) => ({
    ...(text === undefined ? {} : { text }),
    ...(shown.includes(assetId) ? { picture: shown.indexOf(assetId) } : {}),
    assetId,
    mime,
    width,
    height,
    url,
  })),
});

/** A picture of the size of a thumbnail is sent as it is, up to this. */
const mostBytes = 400_000;

/**
 * What a model looks at: the thumbnail, or one made now where there is none yet, or a picture that is as small.
 * Undefined once the file is gone.
 */
export async function readSmallPicture(
  { storage, uploads: { tempDirectory } }: Pick<McpDeps, 'storage' | 'uploads'>,
  { storageKey, thumbnailKey, ...asset }: ShownAsset,
  signal: AbortSignal,
): Promise<{ data: string; mimeType: string } | undefined> {
  using kept = thumbnailKey === null ? undefined : await storage.open(thumbnailKey);
  if (kept) return present(await buffer(kept.stream), kept.mime);
  using whole = await storage.open(storageKey);
  if (!whole) return undefined;
  if (isSmall(asset)) return present(await buffer(whole.stream), whole.mime);
  // Somebody waits for it.
  const made = await createThumbnailOf(whole, { signal, tempDirectory, format: 'jpeg' });
  return present(made, 'image/jpeg');
}

const shownFormats = new Set(['image/png', 'image/jpeg', 'image/webp']);

const isSmall = ({
  mime,
  width,
  height,
  bytes,
  frames,
}: Pick<ShownAsset, 'mime' | 'width' | 'height' | 'bytes' | 'frames'>): boolean =>
  shownFormats.has(mime) &&
  (frames ?? 1) === 1 &&
  Math.max(width, height) <= thumbnailBoxPixels &&
  bytes <= mostBytes;

const present = (bytes: Buffer, mimeType: string) => ({ data: bytes.toString('base64'), mimeType });
