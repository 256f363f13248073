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
 * Where a sentence of the story tells it, by that.
 */
const bySentence = {
  'an answer was lost after its commit': /COMMIT.*, and the answer is lost/,
  'a connection broke before a statement was sent': /the connection breaks before it is sent/,
  'a statement waited for a lock': /→ waits for a lock/,
  'a process died within a transaction': /the database server rolls back/,
  'a server queued what it refused': /queues what it refuses/,
  'a server lost a prompt': /loses prompt/,
  'a finished task refused its cancel': /cancels .*: refused, task-finished/,
  'a request was sent again': /asks for a task .*: fails with/,
} as const;

const others = [
  ...(['a server was taken over', 'another leads after a lease ended', 'two strikes at once'] as const),
  'a prompt arrived after its sender had lost the server',
  ...(['a task went back into the queue', 'a later attempt succeeded'] as const),
  'a task succeeded under the second owner of its attempt',
  'a task was cancelled although its result was there',
  'credits came back after a failure',
  'Redis was emptied while events were on their way',
  ...(['a webhook was told', 'a webhook was told again'] as const),
] as const;

export type Sometimes = keyof typeof bySentence | (typeof others)[number];

export const sometimes: readonly Sometimes[] = [
  ...(Object.keys(bySentence) as (keyof typeof bySentence)[]),
  ...others,
];

export function noteSentences(seen: Set<Sometimes>, told: readonly string[]): void {
  for (const [name, pattern] of Object.entries(bySentence))
    if (told.some((sentence) => pattern.test(sentence))) seen.add(name as Sometimes);
}
