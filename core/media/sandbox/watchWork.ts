/** Longer than the picture library lets any work take: it ends it by itself, unless it hangs. */
const mostMs = 75_000;

let hung: (() => void) | undefined;

/** What a process does whose decoder hangs. */
export function whenHung(act: () => void): void {
  hung = act;
}

/** Work of the picture library, from its beginning. */
export async function watchWork<Result>(work: () => Promise<Result>, limitMs = mostMs): Promise<Result> {
  const timer = hung && setTimeout(hung, limitMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
