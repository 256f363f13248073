import { type ComponentChild, render } from 'preact';
import type { Standing } from './topLayer.ts';

/** Our elements that the page sees, one for each layer of the page with a picture that shows something of ours. */
export interface Surfaces {
  draw(views: readonly { standing: Standing; view: ComponentChild }[]): void;
  /** Whether all of it is still in place: a page may remove it with its surroundings. */
  isIntact(): boolean;
  remove(): void;
  setHidden(isHidden: boolean): void;
}

/** @param style of everything that is drawn on them */
export function createSurfaces(style: string): Surfaces {
  const surfaces = new Map<Element, Surface>();
  let isHiddenNow = false;
  return {
    draw(views) {
      for (const [layer, surface] of surfaces) {
        if (views.some(({ standing }) => standing.layer === layer)) continue;
        surface.remove();
        surfaces.delete(layer);
      }
      for (const { standing, view } of views) {
        const surface = surfaces.get(standing.layer) ?? createSurface(style);
        surfaces.set(standing.layer, surface);
        surface.setHidden(isHiddenNow);
        surface.draw(view, standing.parent);
      }
    },
    isIntact: () => [...surfaces.values()].every((surface) => surface.isIntact()),
    remove() {
      for (const surface of surfaces.values()) surface.remove();
      surfaces.clear();
    },
    setHidden(isHidden) {
      isHiddenNow = isHidden;
      for (const surface of surfaces.values()) surface.setHidden(isHidden);
    },
  };
}

interface Surface {
  draw(view: ComponentChild, parent: Element): void;
  isIntact(): boolean;
  remove(): void;
  setHidden(isHidden: boolean): void;
}

/** One element; what is in it is closed to the page. */
function createSurface(styleText: string): Surface {
  const host = document.createElement('div');
  // In the top layer nothing that the page opened earlier covers it, and no style around it distorts or fades it.
  host.popover = 'manual';
  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = styleText;
  const content = document.createElement('div');
  content.className = 'sg-root';
  root.append(style, content);
  // Only a person may press: script events are not trusted, from any source.
  for (const type of ['click', 'keydown', 'input'])
    root.addEventListener(type, (event) => !event.isTrusted && event.stopImmediatePropagation(), true);
  // Key presses and clicks here stay hidden from the page.
  for (const type of ['keydown', 'keyup', 'click', 'pointerdown', 'mousedown'])
    content.addEventListener(type, (event) => event.stopPropagation());
  const isIntact = () => host.isConnected && host.matches(':popover-open');
  return {
    draw(view, parent) {
      if (host.parentNode !== parent) parent.append(host);
      if (!isIntact()) host.showPopover();
      render(view, content);
    },
    isIntact,
    remove() {
      render(null, content);
      host.remove();
    },
    // Set on the content: `:host` rules in this style sheet override the host's own style.
    setHidden: (isHidden) =>
      content.style.setProperty('visibility', isHidden ? 'hidden' : 'visible', 'important'),
  };
}
