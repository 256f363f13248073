const names = new WeakMap<ReadonlySet<string>, string>();

/** Equal for equal sets, which must not change. The sets of a queue are few objects, so each is read once. */
export function nameSet(set: ReadonlySet<string>): string {
  const name = names.get(set) ?? [...set].sort().join(' ');
  names.set(set, name);
  return name;
}
