import { browser } from 'wxt/browser';
import { findDeepest } from './shadowRoots.ts';

const key = 'starGraphMenuTarget';

/** The innermost element that the last menu was opened on; undefined where nobody saw it or something came after it. */
interface MenuTarget {
  element?: WeakRef<Element>;
}
type World = typeof globalThis & { [key]?: MenuTarget };

/**
 * Remembers from now on what a menu is opened on. After the menu has closed nothing tells of it any more: the pointer
 * is then over whatever lies under the item that was chosen. Two scripts of ours may call this in one frame.
 */
export function rememberMenuTarget(): void {
  const world = globalThis as World;
  if (world[key]) return;
  const target: MenuTarget = {};
  world[key] = target;
  // A menu begins with one of those. Where the page keeps the menu's own event from us, an earlier element is not meant.
  for (const type of ['pointerdown', 'keydown'])
    addEventListener(type, () => Reflect.deleteProperty(target, 'element'), { capture: true, passive: true });
  addEventListener(
    'contextmenu',
    (event) => {
      // A page may make events, and would choose for the person.
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
