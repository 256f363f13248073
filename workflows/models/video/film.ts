import type { InputVideo } from '../../workflow.ts';
import { frameMegapixels } from './sourceVideo.ts';

/** Frames a second that ComfyUI's CreateVideo takes. */
const maxRate = 120;
/** ComfyUI holds all frames in memory: 12 bytes a pixel. */
const maxMegapixels = 1_500;

/** Why FILM cannot put frames between those of this film; undefined when it can. */
export function findFlowFault(
  video: InputVideo,
  times: number,
): { pointer: string; message: string } | undefined {
  const { frames, fps, width, height } = video;
  if (frames < 2) return { pointer: '/video', message: 'The video has one frame; there is nothing between.' };
  // Rates are averages: 30 frames a second may be 30.002.
  if (Math.floor(fps) * times > maxRate) {
    const message = `The video has ${Math.round(fps)} frames a second; ${times} times that is more than ${maxRate}.`;
    return { pointer: '/times', message };
  }
  const result = frameMegapixels(video) * times;
  if (result <= maxMegapixels) return undefined;
  const most = Math.floor((maxMegapixels / result) * frames);
  const message = `The video has ${frames} frames of ${width} × ${height} pixels; ${times} times the frames, it may have at most ${most}. Use a shorter or smaller video.`;
  return { pointer: '/video', message };
}
