import { encodeFile } from '../bytes.ts';
import { findElement } from './findPictures.ts';
import type { EncodedFile, ExposedArea } from './protocol.ts';

const readTimeoutMs = 20_000;

/** Bytes of an address by the page's own right: data:, blob:, its origin, or what allows it. Undefined: refused. */
export async function readHere(url: string): Promise<EncodedFile | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(readTimeoutMs), cache: 'force-cache' });
    return response.ok ? await encodeFile(await response.blob()) : undefined;
  } catch {
    // Another origin, a strict policy or a revoked blob: the background has other ways.
    return undefined;
  }
}

/** The pixels that the page shows, re-encoded. Undefined when the browser holds them back (tainted) or there are none. */
export async function drawHere(elementId: string): Promise<EncodedFile | undefined> {
  const element = findElement(elementId);
  const size = element && sizeOf(element);
  if (!element || !size?.width || !size.height) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext('2d')?.drawImage(element as CanvasImageSource & Element, 0, 0, size.width, size.height);
  return await encodeCanvas(canvas);
}

function sizeOf(element: Element): { width: number; height: number } | undefined {
  if (element instanceof HTMLImageElement)
    return { width: element.naturalWidth, height: element.naturalHeight };
  if (element instanceof HTMLCanvasElement) return { width: element.width, height: element.height };
  return undefined;
}

async function encodeCanvas(canvas: HTMLCanvasElement): Promise<EncodedFile | undefined> {
  try {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    return blob ? await encodeFile(blob) : undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return undefined;
    throw error;
  }
}

/** Draws an SVG at the asked size: a vector has none of its own that would be worth sending. */
export async function rasteriseHere(svg: string, longestSidePx: number): Promise<EncodedFile | undefined> {
  const image = new Image();
  // As a data address nothing of the SVG runs and nothing of it is fetched.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch {
    return undefined;
  }
  const [width, height] = [image.naturalWidth || 512, image.naturalHeight || 512];
  const factor = longestSidePx / Math.max(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(16, Math.round(width * factor));
  canvas.height = Math.max(16, Math.round(height * factor));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await encodeCanvas(canvas);
}

/** Scrolls the picture into view. Undefined in a frame, whose place in the tab is not known, or when nothing shows. */
export async function exposeHere(elementId: string): Promise<ExposedArea | undefined> {
  const element = findElement(elementId);
  if (!element?.isConnected || window !== top) return undefined;
  // Instead of a picture that did not load the screen shows an icon for that.
  if (element instanceof HTMLImageElement && element.naturalWidth === 0) return undefined;
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  // Two frames: one to lay out, one that is on the screen.
  await nextFrame();
  await nextFrame();
  const box = element.getBoundingClientRect();
  const [left, top_] = [Math.max(0, box.left), Math.max(0, box.top)];
  const [right, bottom] = [Math.min(innerWidth, box.right), Math.min(innerHeight, box.bottom)];
  if (right - left < 16 || bottom - top_ < 16) return undefined;
  return { x: left, y: top_, width: right - left, height: bottom - top_, devicePixelRatio };
}

const nextFrame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
