/*
 * A `seq` is the id of an entry in a Redis stream, `<ms>-<n>`: the time of the event in milliseconds, and the number
 * of its row in the outbox. So a seq names one event for ever, also after Redis was emptied and filled again, and its
 * time says how far back a snapshot has to look. Clients treat it as opaque.
 */

export interface Seq {
  ms: number;
  n: number;
}

const pattern = /^(\d{1,15})-(\d{1,15})$/;

/** Undefined for anything that this server did not hand out. */
export function parseSeq(text: string | undefined): Seq | undefined {
  const match = text === undefined ? null : pattern.exec(text);
  return match ? { ms: Number(match[1]), n: Number(match[2]) } : undefined;
}

export const presentSeq = (seq: Seq): string => `${seq.ms}-${seq.n}`;

/** Before every event. */
export const firstSeq: Seq = { ms: 0, n: 0 };

export const isAfter = (seq: Seq, other: Seq): boolean =>
  seq.ms > other.ms || (seq.ms === other.ms && seq.n > other.n);
