/** A page cannot uncover a button under a press that is on its way: a hand needs less than this to stop. */
const seenForMs = 500;
/** The least that the browser allows. */
const lookEveryMs = 100;
/** Of a button's area, inside of the window. */
const seenPartOfButton = 0.9;

/** The second version of the API, which not every browser has. */
interface SightInit extends IntersectionObserverInit {
  trackVisibility: boolean;
  delay: number;
}
type SightEntry = IntersectionObserverEntry & { isVisible: boolean };

/** Whether the browser tells if an element is drawn as it is, with nothing over it. */
export const canTellSight = 'isVisible' in IntersectionObserverEntry.prototype;

/**
 * Tells whether the element has been in sight for a moment: inside of the window and of all frames around, neither
 * faded nor bent, and with nothing over it, be it dead to the pointer or not.
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
