/** Twice the pixels of a large screen. More would take a gigabyte for the largest results. */
const maxPixels = 16_777_216;

/** The picture's pixels for a canvas, fewer of them where it is huge. Undefined when the browser cannot draw it. */
export async function readDrawablePixels(
  file: Blob,
  { width, height }: { width: number; height: number },
): Promise<ImageBitmap | undefined> {
  const factor = Math.sqrt(maxPixels / (width * height));
  try {
    return await createImageBitmap(
      file,
      factor < 1
        ? { resizeWidth: Math.round(width * factor), resizeHeight: Math.round(height * factor) }
        : {},
    );
  } catch {
    // Out of memory, or a kind that this browser does not know.
    return undefined;
  }
}
