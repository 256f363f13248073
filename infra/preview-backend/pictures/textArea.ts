export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Column {
  left: number;
  height: number;
}

/**
 * The best upright rectangle for lines of text among those with nothing but selected pixels in them; null where none
 * is selected. Width counts twice, for a word needs it more than height.
 */
export function findTextArea(
  { width, height }: { width: number; height: number },
  isSelected: (at: number) => boolean,
): Rectangle | null {
  let best: Rectangle | null = null;
  let bestRoom = 0;
  // How many selected pixels stand above each pixel of the row, itself included: a rectangle that ends in this row
  // stands under a histogram, whose maximal ones a stack of rising columns finds in one pass.
  const heights = new Uint32Array(width + 1);
  for (let row = 0; row < height; row++) {
    const rising: Column[] = [];
    for (let x = 0; x <= width; x++) {
      const tall = x < width && isSelected(row * width + x) ? (heights[x] ?? 0) + 1 : 0;
      heights[x] = tall;
      let left = x;
      for (let last = rising.at(-1); last && last.height >= tall; last = rising.at(-1)) {
        rising.pop();
        left = last.left;
        const room = (x - left) ** 2 * last.height;
        if (room <= bestRoom) continue;
        bestRoom = room;
        best = { left, top: row + 1 - last.height, width: x - left, height: last.height };
      }
      rising.push({ left, height: tall });
    }
  }
  return best;
}
