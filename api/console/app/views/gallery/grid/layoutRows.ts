/** One line of pictures: from `first` up to, and without, `end`. */
export interface PictureRow {
  first: number;
  end: number;
  /** Of its pictures, in pixels. */
  height: number;
}

interface Shape {
  width: number;
  height: number;
}

/** Wider or taller ones are cut in the grid, so that one panorama does not make a line of hair's breadth. */
const [tallest, widest] = [0.5, 2.6];

export const aspectOf = ({ width, height }: Shape): number =>
  Math.min(widest, Math.max(tallest, width > 0 && height > 0 ? width / height : 1));

/**
 * Lines of equal height that fill the width, and pictures in their shape. The last line keeps the wanted height: what
 * comes later fills it.
 */
export function layoutRows(
  shapes: readonly Shape[],
  { width, wanted, gap }: { width: number; wanted: number; gap: number },
): PictureRow[] {
  const rows: PictureRow[] = [];
  let [first, aspects] = [0, 0];
  shapes.forEach((shape, index) => {
    aspects += aspectOf(shape);
    const height = (width - gap * (index - first)) / aspects;
    if (height > wanted) return;
    rows.push({ first, end: index + 1, height });
    [first, aspects] = [index + 1, 0];
  });
  if (first < shapes.length) rows.push({ first, end: shapes.length, height: wanted });
  return rows;
}
