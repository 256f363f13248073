const inTopLayer = ':modal, :fullscreen, :popover-open';

/** Where something of ours must stand to be seen over an element of the page and to be reached there. */
export interface Standing {
  /** What of the page is in the browser's top layer and holds the element; the document where nothing is. */
  layer: Element;
  /** Where ours goes: all that is outside of an open dialog is dead to the pointer. */
  parent: Element;
}

export function findStanding(element: Element): Standing {
  const layers: Element[] = [];
  for (let one: Element | undefined = element; one; one = parentOf(one))
    if (one.matches(inTopLayer)) layers.push(one);
  const root = document.documentElement;
  // A picture that fills the screen by itself holds nothing; the document in fullscreen holds all as before.
  const parent = layers.find((layer) => layer !== element) ?? root;
  return { layer: layers[0] ?? root, parent };
}

/**
 * Nothing can stand in a picture that fills the screen by itself, and beside it nothing can be pressed in Chromium: what
 * is shown there can be seen and no more.
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
