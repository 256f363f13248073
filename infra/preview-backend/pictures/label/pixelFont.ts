/**
 * A 5×7 dot font for machines without any font: what a placeholder is must be legible everywhere. Capitals, digits
 * and the signs that labels use; every other character is a question mark. Each glyph is seven rows of five bits.
 */
const glyphs: Readonly<Record<string, string>> = {
  A: '0e11111f111111',
  B: '1e11111e11111e',
  C: '0e11101010110e',
  D: '1e11111111111e',
  E: '1f10101e10101f',
  F: '1f10101e101010',
  G: '0e11101711110f',
  H: '1111111f111111',
  I: '0e04040404040e',
  J: '0702020202120c',
  K: '11121418141211',
  L: '1010101010101f',
  M: '111b1515111111',
  N: '11191513111111',
  O: '0e11111111110e',
  P: '1e11111e101010',
  Q: '0e11111115120d',
  R: '1e11111e141211',
  S: '0f10100e01011e',
  T: '1f040404040404',
  U: '1111111111110e',
  V: '11111111110a04',
  W: '11111115151b11',
  X: '11110a040a1111',
  Y: '11110a04040404',
  Z: '1f01020408101f',
  0: '0e11131519110e',
  1: '040c040404040e',
  2: '0e11010204081f',
  3: '1f02040201110e',
  4: '02060a121f0202',
  5: '1f101e0101110e',
  6: '0608101e11110e',
  7: '1f010204080808',
  8: '0e11110e11110e',
  9: '0e11110f01020c',
  '.': '00000000000c0c',
  ',': '000000000c0408',
  '-': '0000001f000000',
  '–': '0000001f000000',
  '/': '01010204081010',
  '+': '0004041f040400',
  '×': '00110a040a1100',
  '·': '00000004000000',
  _: '0000000000001f',
  ':': '000c0c000c0c00',
  '…': '00000000000015',
  '?': '0e110102040004',
  ' ': '00000000000000',
};

const columns = 5;
const rows = 7;

/** SVG path data of a line of text; `dot` is the side of one dot, `x` and `y` the upper left corner. */
export function dotPath(text: string, x: number, y: number, dot: number): string {
  let path = '';
  for (const [index, character] of [...text.toUpperCase()].entries()) {
    const glyph = glyphs[character] ?? glyphs['?'] ?? '';
    const left = x + index * (columns + 1) * dot;
    for (let row = 0; row < rows; row++) {
      const bits = Number.parseInt(glyph.slice(row * 2, row * 2 + 2), 16);
      for (let column = 0; column < columns; column++) {
        if ((bits >> (columns - 1 - column)) & 1) {
          path += `M${left + column * dot} ${y + row * dot}h${dot}v${dot}h-${dot}z`;
        }
      }
    }
  }
  return path;
}
