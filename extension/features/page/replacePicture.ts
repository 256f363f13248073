/** What is needed to put the picture back exactly as the page had it. */
export interface Replacement {
  restore(): void;
  replace(): void;
  /** What the page's image has now: either of ours, or `other` when the page has chosen anew. */
  findContent(): 'result' | 'original' | 'other';
  /** Frees the bytes; the picture must be restored before. */
  dispose(): void;
}

/**
 * What decides which picture an element shows. Its `currentSrc` says less: it changes late, and with the window's width
 * among candidates of the same picture.
 */
export function describeSources(element: Element): string {
  const sources = element instanceof HTMLImageElement ? listSources(element) : [];
  const srcsets = sources.map((source) => source.getAttribute('srcset'));
  return JSON.stringify([element.getAttribute('src'), element.getAttribute('srcset'), ...srcsets]);
}

const chosenBy = ['src', 'srcset', 'sizes', 'width'] as const;
const sizedBy = ['width', 'height', 'max-width'] as const;

/**
 * Puts a result into an `<img>` and keeps the page's layout. A `srcset` or the `<source>`s of a `<picture>` no longer
 * choose. The size is held by the weakest means that holds it, so that the page's own rules and scripts still change
 * it: at first by a `width` attribute, and by a style where that does not do.
 * @param onRefused when the page's policy, or the browser, does not show the result there
 */
export function createReplacement(image: HTMLImageElement, result: Blob, onRefused: () => void): Replacement {
  const url = URL.createObjectURL(result);
  const original = describeSources(image);
  const restoreAttributes = keepAttributes(image, chosenBy);
  const keptSources = listSources(image).map((source) => keepAttributes(source, ['srcset']));
  const hold = createHold(image);
  let replaced: string | undefined;
  const onError = () => describeSources(image) === replaced && onRefused();
  return {
    replace() {
      for (const source of listSources(image)) source.removeAttribute('srcset');
      image.removeAttribute('srcset');
      image.removeAttribute('sizes');
      image.src = url;
      image.addEventListener('error', onError);
      hold.start();
      replaced = describeSources(image);
    },
    restore() {
      image.removeEventListener('error', onError);
      hold.end();
      for (const restoreSource of keptSources) restoreSource();
      restoreAttributes();
    },
    findContent() {
      const sources = describeSources(image);
      if (sources === replaced) return 'result';
      return sources === original ? 'original' : 'other';
    },
    dispose: () => URL.revokeObjectURL(url),
  };
}

const listSources = (image: HTMLImageElement): HTMLSourceElement[] =>
  image.parentElement instanceof HTMLPictureElement
    ? [...image.parentElement.querySelectorAll('source')]
    : [];

/** @returns puts the attributes back as they are now, absent ones included */
function keepAttributes(element: Element, names: readonly string[]): () => void {
  const kept = names.map((name) => [name, element.getAttribute(name)] as const);
  return () => {
    for (const [name, value] of kept) {
      if (value === null) element.removeAttribute(name);
      else element.setAttribute(name, value);
    }
  };
}

/** Holds the size that the image has now, whatever its pixels. What else the page styles meanwhile is not touched. */
function createHold(image: HTMLImageElement): { start(): void; end(): void } {
  const { offsetWidth, offsetHeight, style } = image;
  const { width, height, maxWidth } = getComputedStyle(image);
  const kept = sizedBy.map(
    (name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)] as const,
  );
  const styleText = image.getAttribute('style');
  let heldText: string | null | undefined;

  const isHeld = () => image.offsetWidth === offsetWidth && image.offsetHeight === offsetHeight;
  const holdByStyle = () => {
    for (const priority of ['', 'important']) {
      if (isHeld()) return;
      style.setProperty('width', width, priority);
      style.setProperty('height', height, priority);
      // Narrower windows still shrink it as the page meant.
      if (maxWidth !== 'none') style.setProperty('max-width', '100%', priority);
      heldText = image.getAttribute('style');
    }
  };
  return {
    start() {
      // What is hidden has no size to hold.
      if (!image.hasAttribute('width') && offsetWidth > 0)
        image.setAttribute('width', `${parseFloat(width)}`);
      image.addEventListener('load', holdByStyle, { once: true });
    },
    end() {
      image.removeEventListener('load', holdByStyle);
      if (heldText === undefined) return;
      if (image.getAttribute('style') !== heldText) {
        for (const [name, value, priority] of kept) style.setProperty(name, value, priority);
      } else if (styleText === null) image.removeAttribute('style');
      else image.setAttribute('style', styleText);
      heldText = undefined;
    },
  };
}
