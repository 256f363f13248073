import type { PageRequest } from '../messaging/protocol.ts';
import { Offer } from './Offer.tsx';
import { createSurfaces } from './overlay/surface.ts';
import { findStanding } from './overlay/topLayer.ts';
import { listOffered, nameElement } from './pictures/findPictures.ts';

/** Lets the person choose among the pictures of one frame. */
export interface PictureOffer {
  /** @returns how many there are */
  open(): number;
  withdraw(): void;
}

export function createPictureOffer(send: (request: PageRequest) => void): PictureOffer {
  // Above the display of runs and separate from it: it comes and goes with the choice.
  const surfaces = createSurfaces();
  const withdraw = () => surfaces.remove();
  const choose = (element: Element | undefined, isSeen: boolean) => {
    withdraw();
    send({ kind: 'choose', ...(element ? { elementId: nameElement(element) } : {}), isSeen });
  };
  return {
    open() {
      const elements = listOffered();
      withdraw();
      if (elements.length === 0) return 0;
      // While a dialog is open, nothing around it can be pressed.
      const standings = [document.documentElement, ...elements].map(findStanding);
      const standing =
        standings.findLast(({ parent }) => parent !== document.documentElement) ?? standings[0];
      const view = <Offer elements={elements} onChoose={choose} />;
      if (standing) surfaces.draw([{ standing, view }]);
      return elements.length;
    },
    withdraw,
  };
}
