import { api } from '../../../session/session.ts';
import type { Entry } from '../results/listGroups.ts';
import type { LaidGrid } from './layGrid.ts';

const gap = 8;
const headHeight = 48;
const sideWidth = 176;
const fontSize = 18;
/** Of the longer side of a picture; and of the whole sheet, which a phone must be able to draw. */
const cellSide = 512;
const mostSide = 6_000;

/** The grid as one picture, on white, with its settings along two sides. @throws where a picture cannot be read */
export async function drawSheet(grid: LaidGrid<Entry>): Promise<File> {
  const pictures = await Promise.all(grid.cells.map((line) => Promise.all(line.map(readPicture))));
  const all = pictures.flat().filter((picture) => picture !== undefined);
  const aspect = all[0] ? all[0].width / all[0].height : 1;
  const left = grid.rows ? sideWidth : 0;
  const across = grid.columns.length;
  const down = grid.cells.length;
  const fitting = Math.min(cellSide, (mostSide - left) / across - gap, (mostSide - headHeight) / down - gap);
  const width = Math.round(aspect >= 1 ? fitting : fitting * aspect);
  const height = Math.round(aspect >= 1 ? fitting / aspect : fitting);
  const canvas = new OffscreenCanvas(left + across * (width + gap) + gap, headHeight + down * (height + gap));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no pictures.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  Object.assign(context, { fillStyle: '#111', textAlign: 'center', textBaseline: 'middle' });
  context.font = `${fontSize}px system-ui, sans-serif`;
  for (const [column, label] of grid.columns.entries()) {
    const middle = left + gap + column * (width + gap) + width / 2;
    context.fillText(label, middle, headHeight / 2, width);
  }
  for (const [row, line] of pictures.entries()) {
    const top = headHeight + row * (height + gap);
    if (grid.rows) context.fillText(grid.rows[row] ?? '', left / 2, top + height / 2, left - gap);
    for (const [column, picture] of line.entries()) {
      if (!picture) continue;
      const scale = Math.min(width / picture.width, height / picture.height);
      const [wide, high] = [picture.width * scale, picture.height * scale];
      const start = left + gap + column * (width + gap);
      context.drawImage(picture, start + (width - wide) / 2, top + (height - high) / 2, wide, high);
      picture.close();
    }
  }
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new File([blob], `grid-${new Date().toISOString().slice(0, 10)}.png`, { type: blob.type });
}

/** Addresses of pictures are good for an hour, so a fresh one is asked for. Undefined: there is no picture here. */
async function readPicture(entry: Entry | undefined): Promise<ImageBitmap | undefined> {
  if (entry?.kind !== 'result' || !entry.output.mime.startsWith('image/')) return undefined;
  const { url } = await api.getAssetUrl({ params: { id: entry.output.id } });
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The picture was answered with ${answer.status}.`);
  return createImageBitmap(await answer.blob());
}
