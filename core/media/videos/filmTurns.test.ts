import { expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { createFilmTurns } from './filmTurns.ts';

const signal = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function createTurns() {
  const clock = createManualClock();
  const { run } = createFilmTurns({ clock }, { atOnce: 2, mostWaitMs: 45_000 });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const send = (personId: string, film: string, by = signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(film, resolve);
    const work = async () => {
      begun.push(film);
      await promise;
      return film;
    };
    const sent = run(personId, work, by);
    sent.catch(() => undefined);
    return sent;
  };
  return { clock, send, begun, end: (film: string) => ends.get(film)?.() };
}

test("a person's eight films let another's film be checked at once", async () => {
  const { send, begun, end, clock } = createTurns();
  const own = Array.from({ length: 8 }, (_, at) => send('anna', `a${at}`));
  const others = send('ben', 'b');
  await settled();
  expect(begun).toEqual(['a0', 'b']);
  await clock.advance(44_000);
  end('b');
  expect(await others).toBe('b');
  end('a0');
  expect(await own[0]).toBe('a0');
  await settled();
  expect(begun).toEqual(['a0', 'b', 'a1']);
});

test('a film whose turn does not come is told when to come again', async () => {
  const { send, begun, end, clock } = createTurns();
  const [first, second] = [send('anna', 'a'), send('ben', 'b')];
  const [own, third] = [send('anna', 'a2'), send('chen', 'c')];
  await clock.advance(45_000);
  await expect(own).rejects.toMatchObject({ code: 'quota-exceeded', retryAfterSeconds: 60 });
  await expect(third).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 60 });
  end('a');
  end('b');
  expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  expect(begun).toEqual(['a', 'b']);
});

test('a sender that leaves gives its turn to the next', async () => {
  const { send, begun, end } = createTurns();
  const gone = new AbortController();
  send('anna', 'a');
  send('ben', 'b');
  const left = send('chen', 'c', gone.signal);
  const next = send('dora', 'd');
  gone.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  end('a');
  end('d');
  expect(await next).toBe('d');
  expect(begun).toEqual(['a', 'b', 'd']);
});
