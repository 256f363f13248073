import { mimeByExtension } from './mediaKinds.ts';

/*
 * What a file that a person sends may be: the kinds that are offered and worded, bytes, pixels and seconds, and how many of them each door takes.
 * Server, bot, console and extension ask here, and say what is refused in these words; which kind a file's bytes are, is
 * read in `core/media`. How many files one person may be
 * sending at once is in `api/limits`, and how many bytes a day in `core/money/quotas`.
 */

/** Unless the operator sets others: `UPLOAD_LIMIT_BYTES`, `UPLOAD_MEGAPIXELS`. */
export const uploadMaxBytes = 50_000_000;
/** More than the camera of a phone makes, 0.5 GB decoded at worst. */
export const uploadMaxPixels = 64_000_000;

/** A workflow holds every frame of a film in memory: longer ones belong to an editor. */
const filmMost = { seconds: 120, frames: 3_600, side: 4_096 } as const;

/** A song. */
const soundMost = { seconds: 600, channels: 2 } as const;

/** What file choosers offer of the sounds that are taken. */
export const audioAccept =
  'audio/mpeg,audio/wav,audio/flac,audio/ogg,audio/mp4,.mp3,.wav,.flac,.ogg,.opus,.m4a';

/** What file choosers offer of the videos that are taken. */
export const videoAccept = 'video/mp4,video/webm,.mp4,.m4v,.mov,.webm';

/** By Discord's word for an attachment, before it is fetched. */
export const discordTypes = {
  image: [mimeByExtension.png, mimeByExtension.jpg, mimeByExtension.webp],
  video: [mimeByExtension.mp4, mimeByExtension.webm],
  // Browsers and phones name some of them in older ways.
  audio: [
    ...[
      mimeByExtension.mp3,
      mimeByExtension.wav,
      mimeByExtension.flac,
      mimeByExtension.ogg,
      mimeByExtension.m4a,
    ],
    ...[
      'audio/mp3',
      'audio/x-wav',
      'audio/vnd.wave',
      'audio/x-flac',
      'audio/opus',
      'audio/x-m4a',
      'audio/aac',
    ],
  ],
} as const satisfies Record<string, readonly string[]>;

/** Of one request at a door for other programs. */
export const doorUploads = {
  /** Pictures inside JSON take a third more than their bytes, and are held in memory. */
  jsonBytes: 20_000_000,
  /** As many of the largest files as a form, or the links of a request, may have in all. */
  largestFiles: 4,
  /** References of one picture. */
  pictures: 16,
} as const;

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`;

/** Why an upload is refused, and what to do. */
export const uploadRefusals = {
  empty: 'The file is empty. Choose a picture and send it again.',
  bytes: (limitBytes: number) =>
    `The file is larger than ${inMegabytes(limitBytes)}, the most that one upload may have. Send a smaller one.`,
  bytesInAll: (what: 'form is' | 'pictures are', limitBytes: number) =>
    `The ${what} larger than ${inMegabytes(limitBytes)} in all. Send less at once.`,
  kind: 'This is not a file that can be used. Send PNG, JPEG, WebP, GIF or AVIF, a video as mp4 or WebM, or a sound as MP3, WAV, FLAC, OGG or M4A; a HEIC photo can be saved as JPEG.',
  pixels: ({ width, height }: { width: number; height: number }, mostPixels: number) =>
    `The picture has ${width} × ${height} pixels; the most is ${Math.floor(mostPixels / 1_000_000)} megapixels. Send a smaller one.`,
  side: 'The picture has too many pixels on a side. Send a smaller one.',
  slowPicture: 'The picture takes too long to read. Send a smaller or simpler one.',
  damagedPicture: 'The picture is damaged or incomplete. Open it, save it again and send it again.',
  damagedFilm:
    'The video is damaged, incomplete or in a format that cannot be read. Save it again as mp4 and send it again.',
  filmChangesSize:
    'The video does not keep one size from its first frame to its last. Save it again in one size and send it again.',
  slowFilm: tooLargeFilm('takes too long to decode'),
  damagedSound:
    'The sound is damaged, incomplete or in a format that cannot be read. Save it again as MP3, WAV or FLAC and send it again.',
  slowSound: 'The sound takes too long to read. Send a shorter one.',
  filmBytes: (limitBytes: number) => tooLargeFilm(`is larger than ${inMegabytes(limitBytes)}`),
} as const;

/** Undefined of a film that is taken. */
export function refusalOfFilm(film: {
  width: number;
  height: number;
  frames: number;
  durationMs: number;
}): string | undefined {
  const { seconds, frames, side } = filmMost;
  if (Math.max(film.width, film.height) > side)
    return tooLargeFilm(`has ${film.width} × ${film.height} pixels; a side may have at most ${side}`);
  if (film.durationMs > seconds * 1_000)
    return tooLargeFilm(`is ${Math.ceil(film.durationMs / 1_000)} seconds long; the most is ${seconds}`);
  return film.frames > frames ? tooLargeFilm(`has ${film.frames} frames; the most is ${frames}`) : undefined;
}

/** Undefined of a sound that is taken. */
export function refusalOfSound(sound: { durationMs: number; channels: number }): string | undefined {
  const { seconds, channels } = soundMost;
  if (sound.durationMs > seconds * 1_000)
    return `The sound is ${Math.ceil(sound.durationMs / 1_000)} seconds long; the most is ${seconds}. Send a shorter one.`;
  return sound.channels > channels
    ? `The sound has ${sound.channels} channels; the most is ${channels}. Save it in stereo and send it again.`
    : undefined;
}

function tooLargeFilm(what: string): string {
  return `The video ${what}. Send a shorter or smaller one.`;
}
