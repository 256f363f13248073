import { listOffered, nameElement } from './findPictures.ts';
import { Offer } from './Offer.tsx';
import type { PageRequest } from './protocol.ts';
import { createSurface } from './stage.tsx';

/** Lets the person choose among the pictures of one frame. */
export interface PictureOffer {
  /** @returns how many there are */
  open(): number;
  withdraw(): void;
}

export function createPictureOffer(send: (request: PageRequest) => void): PictureOffer {
  // Above and apart from what is shown of runs: it comes and goes with the choice.
  const surface = createSurface();
  const withdraw = () => surface.remove();
  const choose = (element: Element | undefined) => {
    withdraw();
    send({ kind: 'choose', ...(element ? { elementId: nameElement(element) } : {}) });
  };
  return {
    open() {
      const elements = listOffered();
      withdraw();
      if (elements.length > 0) surface.draw(<Offer elements={elements} onChoose={choose} />);
      return elements.length;
    },
    withdraw,
  };
}
