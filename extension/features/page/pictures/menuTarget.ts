import { browser } from 'wxt/browser';
import { findDeepest } from './shadowRoots.ts';

const key = 'starGraphMenuTarget';

/** The innermost element of the last menu; undefined if it was not seen or another event followed. */
interface MenuTarget {
  element?: WeakRef<Element>;
}
type World = typeof globalThis & { [key]?: MenuTarget };

/**
 * Starts to remember the element of each menu. After the menu closes nothing tells it: the pointer is over the
 * element under the chosen item. Two of our scripts may call this in one frame.
 */
export function rememberMenuTarget(): void {
  const world = globalThis as World;
  if (world[key]) return;
  const target: MenuTarget = {};
  world[key] = target;
  // One of these events precedes each menu. If the page hides the menu's own event, no earlier element is meant.
  for (const type of ['pointerdown', 'keydown'])
    addEventListener(type, () => Reflect.deleteProperty(target, 'element'), { capture: true, passive: true });
  addEventListener(
    'contextmenu',
    (event) => {
      // A page could create events and so choose for the person.
      if (!event.isTrusted) return;
      const element = findDeepest(event.clientX, event.clientY);
      if (element) target.element = new WeakRef(element);
    },
    { capture: true, passive: true },
  );
}

/** @param targetElementId of the click, in Firefox, which keeps the element itself until the next menu */
export function findMenuTarget(targetElementId: number | undefined): Element | undefined {
  if (!import.meta.env.FIREFOX) return (globalThis as World)[key]?.element?.deref();
  const { menus } = browser as typeof browser & { menus?: { getTargetElement(id: number): Element | null } };
  return targetElementId === undefined ? undefined : (menus?.getTargetElement(targetElementId) ?? undefined);
}
