const numbersOf = (version: string): number[] =>
  (/\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);

/** Whether a version is lower than another; what comes after the numbers does not count. */
export function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(than)];
  for (const [index, part] of theirs.entries()) {
    const own = ours[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
