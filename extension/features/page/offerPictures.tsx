import type { PageRequest } from '../messaging/protocol.ts';
import { Offer } from './Offer.tsx';
import { overlayStyle } from './overlay/overlayStyle.ts';
import { createSurfaces } from './overlay/surface.ts';
import { findStanding } from './overlay/topLayer.ts';
import { findElement, nameElement } from './pictures/world.ts';

/** Lets the person choose among the pictures of one frame. */
export interface PictureOffer {
  open(elementIds: readonly string[]): void;
  withdraw(): void;
}

export function createPictureOffer(send: (request: PageRequest) => void): PictureOffer {
  // Above the display of runs and separate from it: it comes and goes with the choice.
  const surfaces = createSurfaces(overlayStyle);
  const withdraw = () => surfaces.remove();
  const choose = (element: Element | undefined, isSeen: boolean) => {
    withdraw();
    send({ kind: 'choose', ...(element ? { elementId: nameElement(element) } : {}), isSeen });
  };
  return {
    open(elementIds) {
      const elements = elementIds.flatMap((id) => findElement(id) ?? []);
      withdraw();
      // While a dialog is open, nothing around it can be pressed.
      const standings = [document.documentElement, ...elements].map(findStanding);
      const standing =
        standings.findLast(({ parent }) => parent !== document.documentElement) ?? standings[0];
      const view = <Offer elements={elements} onChoose={choose} />;
      if (standing) surfaces.draw([{ standing, view }]);
    },
    withdraw,
  };
}
