import type { ArrivedResult } from './incomingResult.ts';

/** The page's own picture, before the first result replaced it. */
interface OriginalFacts {
  sources: string;
  address: string;
  size: Size;
}

/** What is needed to put the picture back exactly as the page had it. */
export interface Replacement {
  /** Of the result. */
  address: string;
  original: OriginalFacts;
  restore(): void;
  replace(): void;
  /** What the page's image shows now: either of ours, or `other` after the page changed it. */
  findContent(): 'result' | 'original' | 'other';
  /** Whether the original's address still gives that picture: it may have been valid only once, or revoked. */
  isOriginalThere(): Promise<boolean>;
  /** Frees the bytes, and takes out of the image what is still ours. */
  dispose(): void;
}

/**
 * The attributes that decide which picture an element shows. `currentSrc` is not enough: it changes late, and with
 * the window's width among candidates of one picture.
 */
export function describeSources(element: Element): string {
  const sources = element instanceof HTMLImageElement ? listSources(element) : [];
  const srcsets = sources.map((source) => source.getAttribute('srcset'));
  return JSON.stringify([
    element.getAttribute('src') ?? element.getAttribute('data'),
    element.getAttribute('srcset'),
    ...srcsets,
  ]);
}

/**
 * Puts a result into an `<img>` and keeps the page's layout, now and whenever it changes: the result is a candidate of
 * a `srcset` that says how many of its pixels make one of the page's, so that to the page it is as large as the
 * original. Where the shape is another one, the original's is kept by a style and the result lies whole inside.
 * @param onRefused when the page's policy, or the browser, does not show the result there
 * @param original as an earlier result on the image knew it, which has been put away
 */
export function createReplacement(
  image: HTMLImageElement,
  result: ArrivedResult,
  onRefused: () => void,
  original = describeOriginal(image, result),
): Replacement {
  const url = URL.createObjectURL(result.file);
  const { size, address } = original;
  const attributes = [
    createChange(image, 'srcset', `${url} ${result.width}w`),
    createChange(image, 'sizes', `${size.width}px`),
    ...listSources(image).map((source) => createChange(source, 'srcset', null)),
  ];
  const shape = createShape(image, size, result);
  const ended = new AbortController();
  let replaced: string | undefined;
  const isShowing = (sources: string | undefined) => describeSources(image) === sources;
  const { signal } = ended;
  image.addEventListener('error', () => isShowing(replaced) && onRefused(), { signal });
  image.addEventListener('load', () => isShowing(replaced) && shape.check(), { signal });
  const undo = () => {
    shape.end();
    for (const attribute of attributes) attribute.undo();
  };
  return {
    address: url,
    original,
    replace() {
      shape.begin();
      for (const attribute of attributes) attribute.make();
      replaced = describeSources(image);
    },
    restore: undo,
    findContent() {
      if (isShowing(replaced)) return 'result';
      return isShowing(original.sources) ? 'original' : 'other';
    },
    isOriginalThere: async () => {
      const found = address === '' ? size : await findSize(address, image);
      // The address may now give another picture.
      return found !== undefined && isAlike(found, size);
    },
    dispose() {
      undo();
      ended.abort();
      URL.revokeObjectURL(url);
    },
  };
}

const describeOriginal = (image: HTMLImageElement, result: Size): OriginalFacts => ({
  sources: describeSources(image),
  address: image.currentSrc,
  size: sizeOf(image, result),
});

/** The size of what the address gives now, requested as the image does. Undefined if it gives no picture. */
async function findSize(url: string, { crossOrigin, referrerPolicy }: HTMLImageElement) {
  const probe = new Image();
  Object.assign(probe, { crossOrigin, referrerPolicy });
  return await new Promise<Size | undefined>((resolve) => {
    probe.onload = () => resolve({ width: probe.naturalWidth, height: probe.naturalHeight });
    probe.onerror = () => resolve(undefined);
    probe.src = url;
  });
}

interface Size {
  width: number;
  height: number;
}

/** In the page's pixels; the result's size if the picture has none of its own. */
const sizeOf = ({ naturalWidth, naturalHeight }: HTMLImageElement, { width, height }: Size): Size =>
  naturalWidth > 0 && naturalHeight > 0 ? { width: naturalWidth, height: naturalHeight } : { width, height };

/** Candidates of one picture differ in size, and by less than a pixel in shape. */
const isAlike = (one: Size, other: Size): boolean =>
  Math.abs((one.width * other.height) / (one.height * other.width) - 1) < 0.02;

const listSources = (image: HTMLImageElement): HTMLSourceElement[] =>
  image.parentElement instanceof HTMLPictureElement
    ? [...image.parentElement.querySelectorAll('source')]
    : [];

/** A change of an attribute, null for its absence. Later changes by the page are not undone. */
function createChange(element: Element, name: string, value: string | null): { make(): void; undo(): void } {
  const kept = element.getAttribute(name);
  const set = (next: string | null) =>
    next === null ? element.removeAttribute(name) : element.setAttribute(name, next);
  return {
    make: () => set(value),
    undo() {
      if (element.getAttribute(name) !== value) return;
      // Without another candidate Chromium would keep the density of the last one. Nothing is fetched.
      if (name === 'srcset' && value !== null) set('about:blank 1x');
      set(kept);
    },
  };
}

const shapedBy = ['width', 'height', 'max-width', 'aspect-ratio', 'object-fit'] as const;

/** Keeps the image's aspect ratio for the page. Its other styles are not touched. */
function createShape(image: HTMLImageElement, size: Size, result: Size) {
  const { style } = image;
  const isSameShape = Math.abs((result.height * size.width) / result.width - size.height) < 0.01;
  const kept = shapedBy.map(
    (name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)] as const,
  );
  const styleText = image.getAttribute('style');
  let box = { offsetWidth: 0, offsetHeight: 0, width: '', height: '' };
  const made = new Map<string, string>();
  let madeText: string | null | undefined;
  const set = (properties: Partial<Record<(typeof shapedBy)[number], string>>) => {
    for (const [name, value] of Object.entries(properties)) {
      style.setProperty(name, value);
      made.set(name, style.getPropertyValue(name));
    }
    madeText = image.getAttribute('style');
  };
  return {
    begin() {
      const { aspectRatio, objectFit, width, height } = getComputedStyle(image);
      box = { offsetWidth: image.offsetWidth, offsetHeight: image.offsetHeight, width, height };
      if (isSameShape) return;
      // If the page sets it, it stays.
      if (aspectRatio.startsWith('auto')) set({ 'aspect-ratio': `${size.width} / ${size.height}` });
      if (objectFit === 'fill') set({ 'object-fit': 'contain' });
    },
    /** A vector can fill its place, unlike pixels. */
    check() {
      const { offsetWidth, offsetHeight } = image;
      const isKept =
        Math.abs(offsetWidth - box.offsetWidth) <= 1 && Math.abs(offsetHeight - box.offsetHeight) <= 1;
      // A hidden image has no size to keep.
      if (isKept || offsetWidth === 0 || box.offsetWidth === 0) return;
      const aspectRatio = `${parseFloat(box.width)} / ${parseFloat(box.height)}`;
      set({ width: box.width, height: 'auto', 'max-width': '100%', 'aspect-ratio': aspectRatio });
    },
    end() {
      if (madeText === undefined) return;
      if (image.getAttribute('style') !== madeText) {
        for (const [name, value, priority] of kept)
          if (made.get(name) === style.getPropertyValue(name)) style.setProperty(name, value, priority);
      } else if (styleText === null) image.removeAttribute('style');
      else image.setAttribute('style', styleText);
      madeText = undefined;
      made.clear();
    },
  };
}
