import type { BoundInput, InputAudio, InputFacts, InputImage, InputVideo, Workflow } from '../workflow.ts';

type AssetParams = Pick<Workflow, 'imageParams' | 'videoParams' | 'audioParams'>;

interface Sorted<Image, Video, Audio> {
  images: Record<string, Image>;
  videos: Record<string, Video>;
  audios: Record<string, Audio>;
}

/** All parameters that name a file. */
export const filesOf = ({ imageParams, videoParams, audioParams }: AssetParams): readonly string[] => [
  ...imageParams,
  ...videoParams,
  ...audioParams,
];

/** What was given for parameters that want a picture, for those that want a film, and for those that want a sound. */
export function sortInputs<
  Image extends InputImage,
  Video extends Image & InputVideo,
  Audio extends InputAudio,
>(
  { videoParams, audioParams }: Pick<AssetParams, 'videoParams' | 'audioParams'>,
  inputs: Record<string, Image | Video | Audio>,
): Sorted<Image, Video, Audio> {
  const sorted: Sorted<Image, Video, Audio> = { images: {}, videos: {}, audios: {} };
  const isVideo = (input: Image | Video | Audio): input is Video => 'frames' in input;
  const isImage = (input: Image | Video | Audio): input is Image => 'width' in input;
  for (const [param, input] of Object.entries(inputs)) {
    if (audioParams.includes(param) && !isImage(input)) sorted.audios[param] = input as Audio;
    else if (videoParams.includes(param) && isVideo(input)) sorted.videos[param] = input;
    else if (![...videoParams, ...audioParams].includes(param) && isImage(input))
      sorted.images[param] = input;
    else throw new Error(`${param}: the facts of another kind of file are needed`);
  }
  return sorted;
}

/** Of three seconds. */
const exampleLength = { frames: 72, fps: 24, seconds: 3, hasSound: true };

/** Facts of inputs that nobody has given, for prices of examples and for graphs that never run. */
export function exampleInputs(
  { imageParams, videoParams, audioParams }: AssetParams,
  size: InputImage = { width: 512, height: 512 },
): InputFacts {
  return Object.fromEntries<InputFacts[string]>([
    ...imageParams.map((param) => [param, size] as const),
    ...videoParams.map((param) => [param, { ...size, ...exampleLength }] as const),
    ...audioParams.map((param) => [param, { seconds: exampleLength.seconds }] as const),
  ]);
}

const endingOf = (facts: InputFacts[string]): string =>
  'frames' in facts ? 'mp4' : 'width' in facts ? 'png' : 'flac';

/** The same with names of files that no server has. */
export function placeholderInputs(params: AssetParams): Record<string, BoundInput> {
  return Object.fromEntries(
    Object.entries(exampleInputs(params)).map(([param, facts]) => [
      param,
      { ...facts, uploadedName: `${param}.${endingOf(facts)}` },
    ]),
  );
}
