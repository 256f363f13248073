/** Longer than the picture library lets any work take: it ends it by itself, unless it hangs. */
const mostMs = 75_000;

let hung: { act: () => void; afterMs: number } | undefined;

/** What a process does whose decoder hangs. */
export function whenHung(act: () => void, afterMs = mostMs): void {
  hung = { act, afterMs };
}

/** Work of the picture library, from its beginning. */
export async function watchWork<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = hung && setTimeout(hung.act, hung.afterMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
