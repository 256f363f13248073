import { mediaKinds } from '@star-graph/workflows/shared/mediaKinds';

export const kinds = ['output', 'input'] as const;
export const media = mediaKinds;
/** But for the newest first, which an address does not say. */
export const sorts = ['oldest', 'favourites', 'largest'] as const;
export const shapes = ['landscape', 'portrait', 'square'] as const;

/** What of the gallery is shown, as its address says it. */
export interface GalleryFilter {
  query: {
    q?: string;
    media?: (typeof media)[number];
    kind?: (typeof kinds)[number];
    favourite?: 'true';
    workflow?: string;
    model?: string;
    /** By its name. */
    style?: string;
    shape?: (typeof shapes)[number];
    seed?: string;
    tag?: string;
    /** `2026-11`: nothing that is newer than this month. */
    until?: string;
    sort?: (typeof sorts)[number];
  };
  /** Only what is in it; a place of its own, not a part of the address's query. */
  collection?: string;
  /** `?q=fox&kind=output`, or empty: the same for the same filter. */
  key: string;
  isOff: boolean;
  /** The newest first, and nothing of the place is left out but for what is newer than a month. */
  isWhole: boolean;
}

const oneOf = <Value extends string>(values: readonly Value[], value: string | undefined) =>
  values.find((each) => each === value);

const monthPattern = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** Of a month as the address has it, in the time zone of who looks: its first moment, or that of a later one. */
export function startOfMonth(month: string, later = 0): Date {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(year, number - 1 + later, 1);
}

/** What the address says and we know; the rest of it is ignored. */
export function readFilter(
  asked: Readonly<Record<string, string | undefined>>,
  collection?: string,
): GalleryFilter {
  const q = asked.q?.trim().slice(0, 200);
  const [kind, medium] = [oneOf(kinds, asked.kind), oneOf(media, asked.media)];
  const until = monthPattern.test(asked.until ?? '') ? asked.until : undefined;
  const [shape, sort] = [oneOf(shapes, asked.shape), oneOf(sorts, asked.sort)];
  const { workflow, model, style, seed, tag } = asked;
  const query = {
    ...(q && { q }),
    ...(medium && { media: medium }),
    ...(kind && { kind }),
    ...(asked.favourite === 'true' && { favourite: 'true' as const }),
    ...(workflow && { workflow }),
    ...(model && { model }),
    ...(style && { style }),
    ...(shape && { shape }),
    ...(/^\d{1,16}$/.test(seed ?? '') && { seed }),
    ...(tag && { tag }),
    ...(until !== undefined && { until }),
    ...(sort && { sort }),
  };
  const search = new URLSearchParams(query).toString();
  return {
    query,
    key: search === '' ? '' : `?${search}`,
    isOff: Object.keys(query).every((name) => name === 'sort'),
    isWhole: Object.keys(query).every((name) => name === 'until'),
    ...(collection !== undefined && { collection }),
  };
}
