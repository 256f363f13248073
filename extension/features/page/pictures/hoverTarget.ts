const key = 'starGraphHoverTarget';

/** Shared state of our scripts in one frame. Pages have a JavaScript world of their own. */
interface Shared {
  /** The picture whose button was pressed last. */
  target?: WeakRef<Element>;
  /** Whether a run is shown on the picture. */
  isTaken?(picture: Element): boolean;
}
type World = typeof globalThis & { [key]?: Shared };

const read = (): Shared => (globalThis as World)[key] ?? {};
const share = (part: Shared): void => {
  (globalThis as World)[key] = { ...read(), ...part };
};

export const setHoverTarget = (picture: Element): void => share({ target: new WeakRef(picture) });
export const findHoverTarget = (): Element | undefined => read().target?.deref();

export const tellTaken = (isTaken: (picture: Element) => boolean): void => share({ isTaken });
export const isTaken = (picture: Element): boolean => read().isTaken?.(picture) ?? false;
