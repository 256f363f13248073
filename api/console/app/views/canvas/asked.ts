import type { Rect } from './engine/tiles.ts';

/** What was asked for from a frame, by the key of its press: it belongs to that place, wherever the frame is now. */
export interface Asked {
  key: string;
  frame: Rect;
  /** Results that were discarded, while others of the same press wait for a choice. */
  dropped?: string[] | undefined;
}

const mostAsked = 40;

/** One key is one press. */
export const addAsked = (asked: readonly Asked[], one: Asked): readonly Asked[] =>
  asked.some(({ key }) => key === one.key) ? asked : [...asked, one].slice(-mostAsked);

/** Those of another state of the project come before. */
export const joinAsked = (asked: readonly Asked[], others: readonly Asked[]): readonly Asked[] =>
  [...others.filter(({ key }) => !asked.some((one) => one.key === key)), ...asked].slice(-mostAsked);

/** Without one result; the press goes with its last one. @param left the others of its press that wait for a choice */
export function dropResult(
  asked: readonly Asked[],
  { key, output, left }: { key: string; output: string; left: number },
): readonly Asked[] {
  if (left === 0) return asked.filter((one) => one.key !== key);
  return asked.map((one) => (one.key === key ? { ...one, dropped: [...(one.dropped ?? []), output] } : one));
}
