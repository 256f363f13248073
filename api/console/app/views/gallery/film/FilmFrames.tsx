import { useEffect, useRef } from 'preact/hooks';
import type { Part } from './parts.ts';

const [count, width, height] = [6, 64, 48];
/** While an end is drawn along, nothing is read. */
const restMs = 150;

/** Frames of a part, read by the browser from the film that it shows anyway. */
export function FilmFrames({ film, from, to }: Pick<Part, 'film' | 'from' | 'to'>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      if (canvas.current) void drawFrames(canvas.current, { film, from, to }, abort.signal);
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [film.url, from, to]);
  return <canvas ref={canvas} class="film-frames" width={count * width} height={height} />;
}

/** A frame that does not come leaves its place empty. */
async function drawFrames(
  canvas: HTMLCanvasElement,
  { film, from, to }: Pick<Part, 'film' | 'from' | 'to'>,
  signal: AbortSignal,
): Promise<void> {
  const video = Object.assign(document.createElement('video'), {
    muted: true,
    preload: 'auto',
    src: film.url,
  });
  const context = canvas.getContext('2d');
  try {
    for (let at = 0; context && at < count; at++) {
      const seeked = new Promise<void>((resolve) => {
        for (const end of ['seeked', 'error'])
          video.addEventListener(end, () => resolve(), { once: true, signal });
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      video.currentTime = Math.min(film.seconds - 0.5 / film.fps, from + ((at + 0.5) * (to - from)) / count);
      await seeked;
      if (signal.aborted) return;
      const scale = Math.max(width / (video.videoWidth || 1), height / (video.videoHeight || 1));
      const [wide, high] = [width / scale, height / scale];
      const [left, top] = [(video.videoWidth - wide) / 2, (video.videoHeight - high) / 2];
      context.drawImage(video, left, top, wide, high, at * width, 0, width, height);
    }
  } finally {
    // It holds the connection otherwise.
    video.removeAttribute('src');
    video.load();
  }
}
