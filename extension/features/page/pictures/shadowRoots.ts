import { browser } from 'wxt/browser';

/** Extensions can read closed roots, in each browser by another API. */
function findRoot(element: Element): ShadowRoot | null {
  const firefox = element as Element & { openOrClosedShadowRoot?: ShadowRoot | null };
  if (firefox.openOrClosedShadowRoot !== undefined) return firefox.openOrClosedShadowRoot;
  const { dom } = browser as typeof browser & {
    dom?: { openOrClosedShadowRoot(element: HTMLElement): ShadowRoot | null };
  };
  if (!dom || !(element instanceof HTMLElement)) return element.shadowRoot;
  return dom.openOrClosedShadowRoot(element);
}

/** Every element of the document and of all shadow roots in it, in tree order. */
export function* listElements(root: Document | ShadowRoot): Generator<Element> {
  for (const element of root.querySelectorAll('*')) {
    yield element;
    const inner = findRoot(element);
    if (inner) yield* listElements(inner);
  }
}

/** The innermost element under the pointer, as the browser itself sees it. */
export function findHovered(root: Document | ShadowRoot = document): Element | undefined {
  const hovered = [...root.querySelectorAll(':hover')].at(-1);
  if (!hovered) return undefined;
  const inner = findRoot(hovered);
  return (inner && findHovered(inner)) ?? hovered;
}

/** The innermost element at the point of the viewport, in CSS pixels. */
export function findDeepest(
  x: number,
  y: number,
  root: Document | ShadowRoot = document,
): Element | undefined {
  const element = root.elementFromPoint(x, y);
  if (!element) return undefined;
  const inner = findRoot(element);
  return (inner && inner !== root && findDeepest(x, y, inner)) || element;
}
