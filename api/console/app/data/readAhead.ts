import { isInDiscord } from '../activity/inDiscord.ts';
import { session, whenRenewed } from '../session/session.ts';

/** How long an answer counts as new. */
export const freshMs = 5_000;

/**
 * Reads for a view whose script has come, beside the question who is here; the view takes what has been read when it is
 * drawn. Whoever takes it later, or again, reads anew. Nobody takes what was read for another person.
 */
export function readAhead<T>(read: () => Promise<T>): () => Promise<T> {
  let ahead: Promise<T> | undefined;
  const drop = () => {
    ahead = undefined;
  };
  session.subscribe(({ state }) => state === 'signedOut' && drop());
  if (!isInDiscord)
    void whenRenewed.then(() => {
      const mine = read();
      ahead = mine;
      const age = () => setTimeout(() => ahead === mine && drop(), freshMs);
      // Who takes it is told of its failure.
      mine.then(age, age);
    });
  return () => {
    const taken = ahead ?? read();
    drop();
    return taken;
  };
}
