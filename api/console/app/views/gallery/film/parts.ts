import type { AssetView } from '@star-graph/contract/assets/assets';

/** A film on the strip. */
export interface Film {
  id: string;
  url: string;
  seconds: number;
  fps: number;
  hasSound: boolean;
}

export interface Part {
  /** For the page alone. */
  key: string;
  film: Film;
  from: number;
  to: number;
  speed: number;
}

export interface Whole {
  repeats: number;
  sound: boolean;
  format: 'mp4' | 'webm' | 'gif';
}

export const filmOf = ({ id, url, durationMs = 0, fps = 24, sound }: AssetView): Film => ({
  id,
  url,
  seconds: durationMs / 1_000,
  fps,
  hasSound: sound !== undefined,
});

export const wholePart = (film: Film): Part => ({
  key: crypto.randomUUID(),
  film,
  from: 0,
  to: film.seconds,
  speed: 1,
});

/** A part has one frame at least. */
const shortest = ({ film }: Part): number => 1 / film.fps;

/** With another beginning or end, which never pass each other. */
export function trim(
  part: Part,
  { from = part.from, to = part.to }: Partial<Pick<Part, 'from' | 'to'>>,
): Part {
  const least = shortest(part);
  if (from !== part.from) return { ...part, from: Math.max(0, Math.min(from, part.to - least)) };
  return { ...part, to: Math.min(part.film.seconds, Math.max(to, part.from + least)) };
}

/** In two at a time of its film; unchanged where one of them would have no frame. */
export function split(part: Part, seconds: number): Part[] {
  const least = shortest(part);
  if (seconds - part.from < least || part.to - seconds < least) return [part];
  return [
    { ...part, to: seconds },
    { ...part, key: crypto.randomUUID(), from: seconds },
  ];
}

export const secondsOf = (parts: readonly Part[], repeats = 1): number =>
  repeats * parts.reduce((sum, { from, to, speed }) => sum + (to - from) / speed, 0);

const round = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/** The films by their parameters, and each one's number. */
function nameFilms(parts: readonly Pick<Part, 'film'>[]) {
  const ids = [...new Set(parts.map(({ film }) => film.id))];
  return {
    films: Object.fromEntries(ids.map((id, at) => [at === 0 ? 'video' : `video${at + 1}`, id])),
    numberOf: ({ id }: Film): number => ids.indexOf(id) + 1,
  };
}

/** What `edit-film` is asked for. */
export function toEdit(parts: readonly Part[], { repeats, sound, format }: Whole) {
  const { films, numberOf } = nameFilms(parts);
  return {
    ...films,
    parts: parts.map(({ film, from, to, speed }) => ({
      film: numberOf(film),
      from: round(from),
      to: round(to),
      speed,
    })),
    repeats,
    sound,
    format,
  };
}

/** Pictures of frames. @param places in seconds; behind the end stands the last frame. */
export const toStills = (film: Film, places: readonly number[]) => ({
  video: film.id,
  parts: places.map((from) => ({ from: round(from) })),
  format: 'png' as const,
});
