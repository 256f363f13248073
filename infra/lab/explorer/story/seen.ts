/** What the checks at the end have to allow for, and what the story has shown. */
export interface Seen {
  /** Events that were in Redis when it was emptied. */
  toldBefore: Set<number>;
  /** A backend was out of reach for so long that its task may have been run elsewhere too. */
  mayRunTwice: boolean;
  /** A backend did not answer those who wanted a prompt back, or still has a request before it. */
  mayHold: boolean;
  sometimes: Set<Sometimes>;
}

/**
 * What a run of many stories must have seen: a promise that no story puts to the test is not kept, but never asked for.
 */
export const sometimes = [
  'a server was taken over',
  'another leads after a lease ended',
  'a prompt arrived after its sender had lost the server',
  'a task went back into the queue',
  'a later attempt succeeded',
  'Redis was emptied while events were on their way',
  'two strikes at once',
] as const;

export type Sometimes = (typeof sometimes)[number];
