import { whenIdle } from '@star-graph/ui/whenIdle';
import { whenCatalogueCame } from './catalogue.ts';

let firstView: Promise<unknown> | undefined;

/** The page begins with this view, which is on its way. */
export function expectView(view: Promise<unknown>): void {
  firstView = view;
}

/**
 * Settles when the first view and the catalogue that it waits for have come and are drawn: what nobody looks at is
 * fetched then, and takes nothing of the line from them.
 */
export async function whenShown(): Promise<void> {
  // Where they do not come, the view says so.
  await Promise.allSettled([firstView, whenCatalogueCame()]);
  await new Promise<void>(whenIdle);
}
