import { RE2JS, RE2JSException } from 're2js';

/** A part of a text, in UTF-16 units; `end` is behind it. */
export interface Place {
  start: number;
  end: number;
}

/** A compiled pattern. */
interface TextPattern {
  /** Each is evaluated once per character. */
  steps: number;
  /** Whether a text holds the pattern anywhere, in time linear in the text's length for every pattern. */
  isIn(text: string): boolean;
  /** Where the first match is; in linear time too. */
  find(text: string): Place | undefined;
}

export const patternMaxCharacters = 120;
/** Steps of one compiled pattern, and of all in a list: every prompt is compared with them. */
const largestProgram = 500;
export const mostSteps = 1_000;

/** Compiling takes longer than matching, and the same patterns recur. */
const compiledAtMost = 1_000;
const compiled = new Map<string, TextPattern | undefined>();

/**
 * A regular expression in RE2's syntax, which has no look-around and no back-references and so cannot run away;
 * letters match in either case.
 * @returns undefined for an invalid pattern, or one too large to match against every prompt.
 */
export function parseTextPattern(source: string): TextPattern | undefined {
  if (source === '' || source.length > patternMaxCharacters) return undefined;
  if (!compiled.has(source)) {
    if (compiled.size >= compiledAtMost) compiled.clear();
    compiled.set(source, compile(source));
  }
  return compiled.get(source);
}

function compile(source: string): TextPattern | undefined {
  try {
    const pattern = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    const steps = pattern.programSize();
    if (steps > largestProgram) return undefined;
    return {
      steps,
      isIn: (text) => pattern.matcher(text).find(),
      find(text) {
        const matcher = pattern.matcher(text);
        return matcher.find() ? { start: matcher.start(), end: matcher.end() } : undefined;
      },
    };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** The compiled steps of all valid patterns together. */
export const countSteps = (sources: readonly string[]): number =>
  sources.reduce((sum, source) => sum + (parseTextPattern(source)?.steps ?? 0), 0);
