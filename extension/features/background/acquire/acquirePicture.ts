import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile, type EncodedFile } from '../../messaging/encodedFile.ts';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem, type LocalProblemCode } from '../../runs/problem.ts';
import type { RunNote } from '../../runs/run.ts';
import type { WorkFacts } from '../../runs/work.ts';
import type { AcquiredPicture, RawPicture } from './acquiredPicture.ts';
import { encodeBitmap } from './encodeBitmap.ts';
import { fetchPicture, joinRefusals, type Refusal } from './fetchPicture.ts';
import { findKind, isAnimated } from './inspectPicture.ts';
import { fitToServer } from './limits.ts';
import { readScreen } from './readScreen.ts';

export interface AcquireRequest {
  picture: FoundPicture;
  /** Whether the element still shows the picture, so that its pixels are worth reading. */
  isShown: boolean;
  frame: PageFrame;
  work: WorkFacts;
  svgLongestSidePx: number;
}

/**
 * Gets the bytes of a picture in a page, by the first step that works: the page's own reading, the background's with
 * and without cookies and Referer, the page's canvas, and at last the screen. Original bytes are preferred; the notes
 * say what was used instead.
 * @throws LocalProblem `not-an-image` when something else is at the address, `image-missing` when the site says that
 * nothing is, `image-unreadable` when no step works for another reason, `image-changed` when the bytes cannot be read
 * and the page now shows another picture
 */
export async function acquirePicture(request: AcquireRequest): Promise<AcquiredPicture> {
  const original = await readOriginal(request);
  if (typeof original !== 'string') return await preparePicture(request, original);
  if (!request.isShown) throw new LocalProblem('image-changed');
  const raw = await readPixels(request);
  if (!raw) throw new LocalProblem(problemOfRefusal[original]);
  return await preparePicture(request, raw);
}

const problemOfRefusal = {
  missing: 'image-missing',
  'not-an-image': 'not-an-image',
  'too-large': 'image-unreadable',
  refused: 'image-unreadable',
} as const satisfies Record<Refusal, LocalProblemCode>;

async function readOriginal({ picture, frame }: AcquireRequest): Promise<RawPicture | Refusal> {
  const refusals: Refusal[] = [];
  for (const url of picture.urls) {
    if (/^(data|blob):/.test(url)) {
      const file = await readInPage(frame, url);
      if (file && (await isPicture(decodeFile(file))))
        return { file: decodeFile(file), notes: [], isExposable: true };
    }
    // A blob: URL that the page could not read is unreadable to the background too, except in Chromium.
    const fetched = await fetchPicture(url, picture.frameUrl, isPicture);
    if (typeof fetched !== 'string') return { file: fetched.file, notes: [], isExposable: fetched.isPublic };
    refusals.push(fetched);
    const inPage = /^https?:/.test(url) ? await readInPage(frame, url) : undefined;
    if (inPage && (await isPicture(decodeFile(inPage))))
      return { file: decodeFile(inPage), notes: [], isExposable: true };
  }
  return joinRefusals(refusals);
}

/** Undefined also of a file that fits into no message: its pixels may. */
async function readInPage(frame: PageFrame, url: string): Promise<EncodedFile | undefined> {
  const read = await frame.ask({ kind: 'read', url, maxBytes: uploadMaxBytes });
  return read === 'too-large' ? undefined : read;
}

async function readPixels(request: AcquireRequest): Promise<RawPicture | undefined> {
  const { picture, frame } = request;
  const drawn = await frame.ask({ kind: 'draw', elementId: picture.elementId });
  if (!drawn) return await readScreen(request);
  // A canvas has no more original bytes than its pixels.
  const notes: RunNote[] = picture.kind === 'canvas' ? [] : ['canvas-pixels'];
  return { file: decodeFile(drawn), notes, isExposable: true };
}

/** Whether the bytes are a picture: a server may answer 200 with an HTML page. */
async function isPicture(file: Blob): Promise<boolean> {
  const kind = findKind(new Uint8Array(await file.slice(0, 4_096).arrayBuffer()));
  if (kind === 'svg') return true;
  return (await findSize(file)) !== undefined;
}

async function findSize(file: Blob): Promise<{ width: number; height: number } | undefined> {
  try {
    const bitmap = await createImageBitmap(file);
    const size = { width: bitmap.width, height: bitmap.height };
    bitmap.close();
    return size;
  } catch {
    return undefined;
  }
}

type PrepareRequest = Pick<AcquireRequest, 'work' | 'svgLongestSidePx'> & { frame?: PageFrame };

/**
 * Converts a picture to what the server accepts: draws an SVG, shrinks a large picture, turns a rare format into PNG.
 */
export async function preparePicture(request: PrepareRequest, raw: RawPicture): Promise<AcquiredPicture> {
  const notes = [...raw.notes];
  let file = raw.file;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = findKind(bytes);
  if (kind === 'svg') {
    const svg = new TextDecoder().decode(bytes);
    const drawn = await request.frame?.ask({
      kind: 'rasterise',
      svg,
      longestSidePx: request.svgLongestSidePx,
    });
    if (!drawn) throw new LocalProblem('not-an-image');
    file = decodeFile(drawn);
    notes.push('svg-drawn');
  } else if (isAnimated(kind, bytes)) notes.push('first-frame');
  const size = await findSize(file);
  if (!size) throw new LocalProblem('not-an-image');
  const fitted = fitToServer(size, request.work);
  const isTooLarge = fitted.width !== size.width || file.size > uploadMaxBytes;
  if (isTooLarge) notes.push('shrunk');
  if (isTooLarge || kind === 'other') file = await encodeBitmap(await createImageBitmap(file), fitted);
  return { file, notes, isExposable: raw.isExposable };
}
