import { megapixels } from '../../params/sizes.ts';
import type { InputAudio, InputVideo } from '../../workflow.ts';

/** The film that a workflow starts from. */
export function requireVideo<V extends InputVideo>({ video }: Record<string, V>): V {
  if (!video) throw new Error('this workflow binds a video');
  return video;
}

/** The sound that a film follows. */
export function requireAudio<A extends InputAudio>({ audio }: Record<string, A>): A {
  if (!audio) throw new Error('this workflow binds a sound');
  return audio;
}

/** Of all frames together: what work, memory and price follow. */
export const frameMegapixels = (video: InputVideo): number =>
  Math.max(0.01, megapixels(video) * video.frames);
