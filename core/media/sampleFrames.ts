import { findFileType, isFilmType } from './fileType.ts';
import { framePlaces } from './framePlaces.ts';
import { pictureSandbox } from './sandbox/pictureSandbox.ts';
import { probeVideo, readFrame, type VideoOptions } from './videos/videoFile.ts';

/**
 * What a classifier is shown of a picture, an animation or a film: one to three JPEGs, at most 512 pixels wide and high,
 * without metadata. What is transparent is shown on white, so that nothing hides in it.
 */
export async function sampleFrames(file: string, options: VideoOptions): Promise<Buffer[]> {
  const { signal } = options;
  const draw = (source: string | Buffer) => pictureSandbox.run('frames', { signal }, source);
  const ext = await findFileType(file);
  if (isFilmType(ext)) {
    const { durationMs } = await probeVideo(file, ext, options);
    const films: Buffer[] = [];
    for (const place of framePlaces)
      films.push(...(await draw(await readFrame(file, ext, place * durationMs, options))));
    return films;
  }
  return draw(file);
}
