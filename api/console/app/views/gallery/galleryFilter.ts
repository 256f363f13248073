export const kinds = ['output', 'input'] as const;
export const media = ['image', 'video'] as const;

/** What of the gallery is shown, as its address says it. */
export interface GalleryFilter {
  query: {
    q?: string;
    media?: (typeof media)[number];
    kind?: (typeof kinds)[number];
    favourite?: 'true';
  };
  /** Only what is in it; a place of its own, not a part of the address's query. */
  collection?: string;
  /** `?q=fox&kind=output`, or empty: the same for the same filter. */
  key: string;
  isOff: boolean;
}

const oneOf = <Value extends string>(values: readonly Value[], value: string | undefined) =>
  values.find((each) => each === value);

/** What the address says and we know; the rest of it is ignored. */
export function readFilter(
  asked: Readonly<Record<string, string | undefined>>,
  collection?: string,
): GalleryFilter {
  const q = asked.q?.trim().slice(0, 200);
  const [kind, medium] = [oneOf(kinds, asked.kind), oneOf(media, asked.media)];
  const query = {
    ...(q && { q }),
    ...(medium && { media: medium }),
    ...(kind && { kind }),
    ...(asked.favourite === 'true' && { favourite: 'true' as const }),
  };
  const search = new URLSearchParams(query).toString();
  return {
    query,
    key: search === '' ? '' : `?${search}`,
    isOff: search === '',
    ...(collection !== undefined && { collection }),
  };
}
