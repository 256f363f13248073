import { megapixels } from '../../params/sizes.ts';
import type { InputVideo } from '../../workflow.ts';

/** The film that a workflow starts from. */
export function requireVideo<V extends InputVideo>({ video }: Record<string, V>): V {
  if (!video) throw new Error('this workflow binds a video');
  return video;
}

/** Of all frames together: what work, memory and price follow. */
export const frameMegapixels = (video: InputVideo): number =>
  Math.max(0.01, megapixels(video) * video.frames);
