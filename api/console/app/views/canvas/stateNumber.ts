const numbers = new WeakMap<object, number>();
let last = 0;

/** The same for one state of what is never changed, such as the layers, and another for each other state. */
export function numberOf(state: object): number {
  const known = numbers.get(state);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(state, last);
  return last;
}
