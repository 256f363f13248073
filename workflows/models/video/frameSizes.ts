import { findBucket } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';

const minSide = 64;
/** Frames are drawn up to 2:1. */
const maxDrawnAspect = 2;
/** The rest is cropped: beyond this, less than half of the picture would be left. */
const maxAspect = 4;

/** The picture that a video starts from. */
export function requireImage<I extends InputImage>({ image }: Record<string, I>): I {
  if (!image) throw new Error('the video needs its first picture to be bound and priced');
  return image;
}

interface FrameRule {
  /** Pixels of a frame. */
  area: number;
  multipleOf: number;
}

/** The size of a video's frames: the picture's aspect up to 2:1, near the rule's area. */
export function frameSize(image: InputImage, { area, multipleOf }: FrameRule): InputImage {
  const shortest = Math.floor(Math.sqrt(area / maxDrawnAspect) / multipleOf) * multipleOf;
  return findBucket(image, { area, multipleOf, minSide: shortest, maxSide: shortest * maxDrawnAspect });
}

/** Faults of a picture that is to move: too small, or so long that too little of it would be seen. */
export function checkFirstFrame(
  image: InputImage,
  pointer = '/image',
): readonly { pointer: string; message: string }[] {
  const { width, height } = image;
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const refuse = (need: string) => [
    { pointer, message: `The picture is ${width} × ${height} pixels; ${need}.` },
  ];
  if (shorter < minSide) return refuse(`each side must be at least ${minSide}`);
  if (longer > shorter * maxAspect) {
    return refuse(
      `the longer side may be at most ${maxAspect} times the shorter, or too little of it would be in the video. Cut out the part that should move`,
    );
  }
  return [];
}

/** The same of both ends of a video, of which the second may be absent. */
export function checkFirstAndLast(
  { lastImage }: { lastImage?: string | undefined },
  images: Record<string, InputImage>,
): readonly { pointer: string; message: string }[] {
  return [
    ...checkFirstFrame(requireImage(images)),
    ...(lastImage && images.lastImage ? checkFirstFrame(images.lastImage, '/lastImage') : []),
  ];
}
