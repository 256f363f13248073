/** A page cannot uncover a button under a press already under way: a hand needs less time than this to stop. */
const seenForMs = 500;
/** The least that the browser allows. */
const lookEveryMs = 100;
/** The share of a button's area inside the window. */
const seenPartOfButton = 0.9;

/** Version 2 of the API, which not every browser has. */
interface SightInit extends IntersectionObserverInit {
  trackVisibility: boolean;
  delay: number;
}
type SightEntry = IntersectionObserverEntry & { isVisible: boolean };

/** Whether the browser reports if an element is drawn unchanged, with nothing over it. */
export const canTellSight = 'isVisible' in IntersectionObserverEntry.prototype;

/**
 * Reports whether the element has been visible for a moment: inside the window and all surrounding frames, not faded,
 * not transformed, and not covered, even by an element that ignores the pointer.
 * @param seenPart how much of it has to be inside of the window, from 0 to 1
 * @returns ends it
 */
export function watchSight(
  element: Element,
  onChange: (isSeen: boolean) => void,
  seenPart = seenPartOfButton,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = ({ isVisible, intersectionRatio }: SightEntry) => {
    if (isVisible && intersectionRatio >= seenPart) timer ??= setTimeout(() => onChange(true), seenForMs);
    else {
      clearTimeout(timer);
      timer = undefined;
      onChange(false);
    }
  };
  const init: SightInit = { trackVisibility: true, delay: lookEveryMs, threshold: [0, seenPart] };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) look(entry as SightEntry);
  }, init);
  observer.observe(element);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
