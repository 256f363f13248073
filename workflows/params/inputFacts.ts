import type { BoundInput, InputFacts, InputImage, InputVideo, Workflow } from '../workflow.ts';

type AssetParams = Pick<Workflow, 'imageParams' | 'videoParams'>;

const isVideo = <Image extends InputImage, Video extends Image & InputVideo>(
  input: Image | Video,
): input is Video => 'frames' in input;

/** What was given for parameters that want a picture, and for those that want a film. */
export function sortInputs<Image extends InputImage, Video extends Image & InputVideo>(
  { videoParams }: Pick<AssetParams, 'videoParams'>,
  inputs: Record<string, Image | Video>,
): { images: Record<string, Image>; videos: Record<string, Video> } {
  const images: Record<string, Image> = {};
  const videos: Record<string, Video> = {};
  for (const [param, input] of Object.entries(inputs)) {
    if (!videoParams.includes(param)) images[param] = input;
    else if (isVideo<Image, Video>(input)) videos[param] = input;
    else throw new Error(`${param}: the facts of a video are needed`);
  }
  return { images, videos };
}

/** Of three seconds. */
const exampleLength = { frames: 72, fps: 24, seconds: 3, hasSound: true };

/** Facts of inputs that nobody has given, for prices of examples and for graphs that never run. */
export function exampleInputs(
  { imageParams, videoParams }: AssetParams,
  size: InputImage = { width: 512, height: 512 },
): InputFacts {
  return Object.fromEntries([
    ...imageParams.map((param) => [param, size] as const),
    ...videoParams.map((param) => [param, { ...size, ...exampleLength }] as const),
  ]);
}

/** The same with names of files that no server has. */
export function placeholderInputs(params: AssetParams): Record<string, BoundInput> {
  return Object.fromEntries(
    Object.entries(exampleInputs(params)).map(([param, facts]) => [
      param,
      { ...facts, uploadedName: `${param}.${isVideo<InputImage, InputVideo>(facts) ? 'mp4' : 'png'}` },
    ]),
  );
}
