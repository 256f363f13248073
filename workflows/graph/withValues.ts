/**
 * The same graph with other values for texts, such as the files of a model of the same family.
 * @throws Error for a text that the graph does not hold, which would be a variant that is none.
 */
export function withValues<const G extends object>(graph: G, values: Readonly<Record<string, string>>): G {
  const unused = new Set(Object.keys(values));
  const copy: G = JSON.parse(
    JSON.stringify(graph, (_key, value: unknown) => {
      if (typeof value !== 'string' || !Object.hasOwn(values, value)) return value;
      unused.delete(value);
      return values[value];
    }),
  );
  if (unused.size > 0) throw new Error(`the graph has no ${[...unused].join(', ')}`);
  return copy;
}
