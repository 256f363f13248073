/** A line of pictures: from `first` up to, and without, `end`. The heading of a month has none: they are the same. */
export interface GridRow {
  first: number;
  end: number;
  /** In pixels. */
  height: number;
  /** Of a heading: a time in it. */
  month?: string;
}

interface Shape {
  width: number;
  height: number;
}

interface Listed extends Shape {
  createdAt: string;
}

export interface GridSpace {
  width: number;
  /** The height of a line that is not full. */
  wanted: number;
  gap: number;
  /** Without it months have no heading. */
  heading?: number;
}

/** Wider or taller ones are cut in the grid, so that one panorama does not make a line of hair's breadth. */
const [tallest, widest] = [0.5, 2.6];

export const aspectOf = ({ width, height }: Shape): number =>
  Math.min(widest, Math.max(tallest, width > 0 && height > 0 ? width / height : 1));

/** Grows from month to month, in the time zone of who looks. */
function monthOf({ createdAt }: Listed): number {
  const time = new Date(createdAt);
  return time.getFullYear() * 12 + time.getMonth();
}

/**
 * Lines of equal height that fill the width, and pictures in their shape, below the heading of their month. The last
 * line of a month keeps the wanted height: what comes later fills it.
 */
export function layoutRows(listed: readonly Listed[], { width, wanted, gap, heading }: GridSpace): GridRow[] {
  const rows: GridRow[] = [];
  let [first, aspects, month] = [0, 0, Number.POSITIVE_INFINITY];
  const endLine = (end: number, height: number) => {
    if (end > first) rows.push({ first, end, height });
    [first, aspects] = [end, 0];
  };
  listed.forEach((one, index) => {
    // Ids and times of one moment may be in two orders; a month that was left does not come again.
    if (heading !== undefined && monthOf(one) < month) {
      endLine(index, wanted);
      month = monthOf(one);
      rows.push({ first, end: first, height: heading, month: one.createdAt });
    }
    aspects += aspectOf(one);
    const height = (width - gap * (index - first)) / aspects;
    if (height <= wanted) endLine(index + 1, height);
  });
  endLine(listed.length, wanted);
  return rows;
}
