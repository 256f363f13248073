import { type EncodedFile, encodeFile } from '../../messaging/encodedFile.ts';
import type { ExposedArea } from '../../messaging/protocol.ts';
import { findElement } from './world.ts';

const readTimeoutMs = 20_000;

/**
 * Bytes of an address that the page may read: data:, blob:, its own origin, or an origin that allows it. Undefined:
 * refused. More than `maxBytes` would fit into no message.
 */
export async function readHere(
  url: string,
  maxBytes: number,
): Promise<EncodedFile | 'too-large' | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(readTimeoutMs), cache: 'force-cache' });
    if (!response.ok) return undefined;
    const file = await response.blob();
    return file.size > maxBytes ? 'too-large' : await encodeFile(file);
  } catch {
    // Another origin, a strict policy or a revoked blob: the background has other methods.
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
  if (element instanceof HTMLVideoElement) return { width: element.videoWidth, height: element.videoHeight };
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

/** Draws an SVG at the requested size: a vector has no useful size of its own. */
export async function rasteriseHere(svg: string, longestSidePx: number): Promise<EncodedFile | undefined> {
  const image = new Image();
  // As a data URL the SVG runs no scripts and fetches nothing.
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

/**
 * Scrolls the picture into view. Undefined in a cross-site frame, whose position is unknown, or when nothing is
 * visible.
 */
export async function exposeHere(elementId: string): Promise<ExposedArea | undefined> {
  const element = findElement(elementId);
  if (!element?.isConnected || document.hidden) return undefined;
  // For a picture that failed to load the screen shows only an icon.
  if (element instanceof HTMLImageElement && element.naturalWidth === 0) return undefined;
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  // Two frames: one for layout, one on the screen.
  await nextFrame();
  await nextFrame();
  const area = clipToTab(element);
  if (!area || area.right - area.left < smallestSidePx || area.bottom - area.top < smallestSidePx)
    return undefined;
  const { left, top, right, bottom } = area;
  return { x: left, y: top, width: right - left, height: bottom - top, devicePixelRatio };
}

const smallestSidePx = 16;

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The part of the element visible in the tab, through every frame around it. Undefined if we may not access one of
 * them.
 */
function clipToTab(element: Element): Edges | undefined {
  let view: Window = window;
  let edges = clip(element.getBoundingClientRect(), view);
  while (view !== top) {
    const frame = view.frameElement;
    const around = frame?.ownerDocument.defaultView;
    if (!frame || !around) return undefined;
    const box = frame.getBoundingClientRect();
    const [dx, dy] = [box.left + frame.clientLeft, box.top + frame.clientTop];
    const moved = {
      left: edges.left + dx,
      right: edges.right + dx,
      top: edges.top + dy,
      bottom: edges.bottom + dy,
    };
    edges = clip(moved, around);
    view = around;
  }
  return edges;
}

const clip = ({ left, top, right, bottom }: Edges, view: Window): Edges => ({
  left: Math.max(0, left),
  top: Math.max(0, top),
  right: Math.min(view.innerWidth, right),
  bottom: Math.min(view.innerHeight, bottom),
});

const nextFrame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
