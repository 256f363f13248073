/** More at once nobody looks at, and each is a task of its own. */
export const mostVariants = 24;

/** Words with places of which each has several ways to be filled. */
type Part = string | readonly Part[][];

/**
 * How many prompts words with `{red|blue}` in them stand for. Braces without a bar are words like others, so JSON in a
 * prompt stays what it is; an end without a beginning too.
 */
export const countVariants = (prompt: string): number => countOf(parseParts(prompt));

/** All of them, in order; the first ways come first. Without braces it is the prompt itself. @throws above the most */
export function listVariants(prompt: string): string[] {
  const parts = parseParts(prompt);
  if (countOf(parts) > mostVariants) throw new RangeError(`more than ${mostVariants} prompts`);
  return listOf(parts);
}

const countOf = (parts: readonly Part[]): number =>
  parts.reduce<number>(
    (product, part) =>
      typeof part === 'string' ? product : product * part.reduce((sum, way) => sum + countOf(way), 0),
    1,
  );

const listOf = (parts: readonly Part[]): string[] =>
  parts.reduce<string[]>(
    (before, part) => {
      const ways = typeof part === 'string' ? [part] : part.flatMap(listOf);
      return before.flatMap((words) => ways.map((way) => words + way));
    },
    [''],
  );

/** Of an open brace: the ways that are finished, and the one that is being read. */
interface Open {
  ways: Part[][];
  way: Part[];
}

function parseParts(prompt: string): Part[] {
  const [outer, open]: [Open, Open[]] = [{ ways: [], way: [] }, []];
  const now = () => open.at(-1) ?? outer;
  for (const [piece] of prompt.matchAll(/[{|}]|[^{|}]+/g)) {
    if (piece === '{') open.push({ ways: [], way: [] });
    else if (piece === '|' && open.length > 0) {
      const { ways, way } = now();
      ways.push(way);
      now().way = [];
    } else if (piece === '}' && open.length > 0) {
      const { ways, way } = open.pop() ?? outer;
      if (ways.length === 0) now().way.push('{', ...way, '}');
      else now().way.push([...ways, way]);
    } else now().way.push(piece);
  }
  // What was never closed is words.
  while (open.length > 0) {
    const { ways, way } = open.pop() ?? outer;
    const told = [...ways, way].flatMap((one, at) => (at === 0 ? one : ['|', ...one]));
    now().way.push('{', ...told);
  }
  return outer.way;
}
