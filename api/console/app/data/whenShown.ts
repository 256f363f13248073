import { whenIdle } from '@star-graph/ui/whenIdle';
import { whenCatalogueCame } from './catalogue.ts';

const expected: Promise<unknown>[] = [];

/** The first view waits for it: its script, and what it reads before it is drawn. */
export function expectView(part: Promise<unknown>): void {
  expected.push(part);
}

/**
 * Settles when the first view and what it waits for have come and are drawn: what nobody looks at is fetched then, and
 * takes nothing of the line from them.
 */
export async function whenShown(): Promise<void> {
  let seen: number;
  do {
    seen = expected.length;
    // Where they do not come, the view says so.
    await Promise.allSettled([...expected, whenCatalogueCame()]);
    await new Promise<void>(whenIdle);
    // The view's script may have asked for more meanwhile.
  } while (expected.length > seen);
}
