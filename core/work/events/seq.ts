/*
 * A `seq` is the id of an entry in a Redis stream, `<ms>-<n>`, and the mark of the stream, `<ms>-<n>-<mark>`: the time
 * of the event in milliseconds, the number of its row in the outbox, and the mark that `outbox/publishScript.ts` gives. So a seq
 * names one event for ever, its time says how far back a snapshot has to look, and its mark says whether the stream
 * still tells everything that came after it. Clients treat it as opaque. One without a mark is of an earlier version,
 * or a place without an event: what follows it is told by a snapshot.
 */

export interface Seq {
  ms: number;
  n: number;
  mark?: string;
}

const pattern = /^(\d{1,15})-(\d{1,15})(?:-([0-9a-f]{24}))?$/;

/** Undefined for a text that did not come from this server. */
export function parseSeq(text: string | undefined): Seq | undefined {
  const match = text === undefined ? null : pattern.exec(text);
  if (!match) return undefined;
  const [, ms, n, mark] = match;
  return { ms: Number(ms), n: Number(n), ...(mark === undefined ? {} : { mark }) };
}

export const presentSeq = (seq: Seq): string =>
  seq.mark === undefined ? presentEntryId(seq) : `${presentEntryId(seq)}-${seq.mark}`;

/** The id that Redis gives the entry. */
export const presentEntryId = ({ ms, n }: Seq): string => `${ms}-${n}`;

/** Before every event. */
export const firstSeq: Seq = { ms: 0, n: 0 };

/**
 * Whether the events up to `end` include that of `seq`. Ids grow only under one mark: a stream that began anew may
 * begin with smaller ones. An event too many does less harm than one too few.
 */
export const isCoveredBy = (seq: Seq, end: Seq): boolean =>
  seq.mark !== undefined &&
  seq.mark === end.mark &&
  (seq.ms < end.ms || (seq.ms === end.ms && seq.n <= end.n));
