const inTopLayer = ':modal, :fullscreen, :popover-open';

/** Where our elements must be to be visible and reachable over an element of the page. */
export interface Standing {
  /** The page's element in the browser's top layer that contains the element; the document if there is none. */
  layer: Element;
  /** Where our element goes: everything outside an open dialog is inert. */
  parent: Element;
}

export function findStanding(element: Element): Standing {
  const layers: Element[] = [];
  for (let one: Element | undefined = element; one; one = parentOf(one))
    if (one.matches(inTopLayer)) layers.push(one);
  const root = document.documentElement;
  // A fullscreen picture can contain nothing; a fullscreen document contains everything as before.
  const parent = layers.find((layer) => layer !== element) ?? root;
  return { layer: layers[0] ?? root, parent };
}

/**
 * A fullscreen picture can contain nothing, and in Chromium nothing beside it can be pressed: overlays there are
 * visible only.
 */
export const isOutOfReach = ({ layer, parent }: Standing): boolean =>
  layer !== parent && layer.matches(':fullscreen');

export const isSameStanding = (one: Standing, other: Standing): boolean =>
  one.layer === other.layer && one.parent === other.parent;

/** Through slots and out of shadow roots. */
function parentOf(element: Element): Element | undefined {
  const parent = element.assignedSlot ?? element.parentNode;
  if (parent instanceof ShadowRoot) return parent.host;
  return parent instanceof Element ? parent : undefined;
}
