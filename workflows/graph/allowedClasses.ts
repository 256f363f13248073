import { guardedClasses } from './trustedClasses.ts';

/** What a server says of a class that it has. */
interface OfferedClass {
  readonly isCore?: boolean | undefined;
  readonly isOutput: boolean;
}

/** Of the classes that end a graph, those whose results the platform collects. */
const collected = new Set([
  ...['PreviewImage', 'SaveAnimatedPNG', 'SaveAnimatedWEBP', 'SaveImage', 'SaveVideo', 'SaveWEBM'],
  ...['PreviewAudio', 'SaveAudio', 'SaveAudioMP3', 'SaveAudioOpus'],
  ...['PreviewAny', 'SaveText', 'SaveGLB'],
]);

export type MayUseClass = (name: string, offered: OfferedClass) => boolean;

/**
 * Whether people's own graphs may use a class of a server: one of ComfyUI's own that only computes, or one that the
 * installation names in `extra`. A node pack's class is not trusted for having the name of one of ComfyUI's own.
 */
export const allowOwnClasses = (extra: readonly string[]): MayUseClass => {
  const named = new Set(extra);
  return (name, { isCore, isOutput }) =>
    named.has(name) || (isCore === true && !guardedClasses.has(name) && (!isOutput || collected.has(name)));
};
