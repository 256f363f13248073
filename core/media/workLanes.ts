import { stat } from 'node:fs/promises';
import { Problem } from '../ground/errors.ts';
import { watchWork } from './sandbox/watchWork.ts';

/**
 * Pictures and films are processed in lanes by size. Each lane is a queue with its own places, so a small picture
 * waits behind small ones only. A lane bounds how many jobs run at once, and how much memory they hold together. One
 * set of lanes serves the whole process.
 */
interface WorkLane {
  /**
   * Runs the work when there is room for its size; first come, first served. Work that is larger than all the room
   * runs alone. Rejects with the signal's reason if that aborts before the work began, and with `LaneFull` if too
   * many wait.
   */
  run<Result>(size: number, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

interface Waiting {
  size: number;
  begin(): void;
}

export function createWorkLane(limits: { atOnce: number; room: number; waiting?: number }): WorkLane {
  const { atOnce, room, waiting: mostWaiting = 1_000 } = limits;
  const waiting: Waiting[] = [];
  let running = 0;
  let taken = 0;

  function beginNext(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (running >= atOnce || (running > 0 && taken + next.size > room)) return;
      waiting.shift();
      running += 1;
      taken += next.size;
      next.begin();
    }
  }

  function takePlace(size: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (waiting.length >= mostWaiting) throw new LaneFull();
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        size,
        begin() {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(one), 1);
        reject(signal?.reason);
        // The others may have waited for it.
        beginNext();
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(one);
      beginNext();
    });
  }

  return {
    async run(size, work, signal) {
      await takePlace(size, signal);
      try {
        return await work();
      } finally {
        running -= 1;
        taken -= size;
        beginNext();
      }
    },
  };
}

/** Too many wait. That passes, since all work has a time limit. */
export class LaneFull extends Problem {
  constructor() {
    super('unavailable', 'Too many files are being checked at the moment. Try again in a minute.', {
      retryAfterSeconds: 60,
    });
    this.name = 'LaneFull';
  }
}

/** The size of a picture from a phone or a model; it takes a fraction of a second. */
const smallPixels = 8_000_000;
/** Eight bytes a pixel at worst: 128 MB for the small ones together, and a gigabyte for the large one. */
const smallPictures = createWorkLane({ atOnce: 2, room: 2 * smallPixels });
const largePictures = createWorkLane({ atOnce: 1, room: 128_000_000 });

/** Decodes and encodes run through here, in the process that reads pictures. `pixels`: of the picture that is read. */
export const withPicture = <Result>(
  pixels: number,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> =>
  (pixels <= smallPixels ? smallPictures : largePictures).run(pixels, () => watchWork(work), signal);

/** A large file that is parsed in memory stays in memory until it is stored. */
const heldFiles = createWorkLane({ atOnce: 4, room: 512_000_000 });

export const withHeldFile = async <Result>(
  file: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => heldFiles.run((await stat(file)).size, work, signal);

/** Some seconds of film. */
const smallFilmBytes = 16_000_000;
const smallFilms = createWorkLane({ atOnce: 2, room: Number.POSITIVE_INFINITY });
const largeFilms = createWorkLane({ atOnce: 1, room: Number.POSITIVE_INFINITY });

/** Every decoding by ffmpeg is a process with its own threads. Its time limit begins with the process. */
export const withFilm = async <Result>(
  file: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => {
  const { size } = await stat(file);
  return (size <= smallFilmBytes ? smallFilms : largeFilms).run(size, work, signal);
};

const filmGlances = createWorkLane({ atOnce: 2, room: Number.POSITIVE_INFINITY });

/** For work that decodes at most one frame of a film. */
export const withFilmGlance = <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> =>
  filmGlances.run(0, work, signal);
