/** Longer than this nothing waits, however busy the page is. */
const patienceMs = 2_000;

/** When the page has nothing else to do. @returns what takes the wish back */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const wish = requestIdleCallback(work, { timeout: patienceMs });
    return () => cancelIdleCallback(wish);
  }
  // Safari does not say when.
  const timer = setTimeout(work, patienceMs / 2);
  return () => clearTimeout(timer);
}
