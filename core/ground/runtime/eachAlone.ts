/**
 * Does the same for each, one after the other. One that fails holds up no other: its error is thrown once all had their
 * turn.
 */
export async function eachAlone<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  act: (item: Item) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const errors: unknown[] = [];
  for await (const item of items) {
    signal?.throwIfAborted();
    await act(item).catch((error: unknown) => errors.push(error));
  }
  signal?.throwIfAborted();
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} failed; the first: ${errors[0]}`);
}
