import { type Adjustment, adjust, drawLines, type Picture } from './filters.ts';

export type FilterOrder = { adjust: Adjustment; picture: Picture } | { lines: true; picture: Picture };

addEventListener('message', ({ data }: MessageEvent<FilterOrder>) => {
  const made = 'lines' in data ? drawLines(data.picture) : adjust(data.picture, data.adjust);
  postMessage(made, { transfer: [made.bytes.buffer] });
});
