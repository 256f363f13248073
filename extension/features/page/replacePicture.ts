/** What is needed to put the picture back exactly as the page had it. */
export interface Replacement {
  restore(): void;
  replace(): void;
  /** Frees the bytes; the picture must be restored before. */
  dispose(): void;
}

const touched = ['src', 'srcset', 'sizes', 'style', 'width', 'height'] as const;

/**
 * Puts a result into an `<img>` and keeps the page's layout: the box stays as large as it was, a `srcset` or the
 * `<source>`s of a `<picture>` no longer choose, and every attribute comes back on restore.
 */
export function createReplacement(image: HTMLImageElement, result: Blob): Replacement {
  const url = URL.createObjectURL(result);
  const attributes = touched.map((name) => [name, image.getAttribute(name)] as const);
  const parent = image.parentElement instanceof HTMLPictureElement ? image.parentElement : undefined;
  const sources = [...(parent?.querySelectorAll('source') ?? [])].map(
    (source) => [source, source.srcset] as const,
  );
  const box = { width: image.clientWidth, height: image.clientHeight };
  const style = getComputedStyle(image);
  const inner = {
    width: box.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
    height: box.height - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
  };
  // Only a size that comes from the pixels themselves would change with them.
  const isSizedByPixels = style.boxSizing === 'border-box' ? box : inner;
  return {
    replace() {
      for (const [source] of sources) source.removeAttribute('srcset');
      image.removeAttribute('srcset');
      image.removeAttribute('sizes');
      image.src = url;
      image.style.setProperty('width', `${isSizedByPixels.width}px`);
      image.style.setProperty('height', `${isSizedByPixels.height}px`);
      // Narrower windows still shrink it as the page meant.
      if (style.maxWidth !== 'none' || style.width.endsWith('%'))
        image.style.setProperty('max-width', '100%');
    },
    restore() {
      for (const [source, srcset] of sources) source.srcset = srcset;
      for (const [name, value] of attributes) {
        if (value === null) image.removeAttribute(name);
        else image.setAttribute(name, value);
      }
    },
    dispose: () => URL.revokeObjectURL(url),
  };
}
