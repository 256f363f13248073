const key = 'starGraph';

/** Shared state of our scripts in one frame. Pages have a JavaScript world of their own. */
interface Shared {
  /** The scripts that run already: a second injection of one does nothing. */
  scripts: Set<string>;
  elements: Map<string, WeakRef<Element>>;
  ids: WeakMap<Element, string>;
  /** The picture whose button was pressed last. */
  target?: WeakRef<Element>;
  whatIsOn?(picture: Element): OnPicture | undefined;
}
type World = typeof globalThis & { [key]?: Shared };

function share(): Shared {
  const world = globalThis as World;
  world[key] ??= { scripts: new Set(), elements: new Map(), ids: new WeakMap() };
  return world[key];
}

/** @returns whether the script is the first of its name in the frame */
export function enter(script: string): boolean {
  const { scripts } = share();
  return !scripts.has(script) && Boolean(scripts.add(script));
}

/** Of a script that ends: it may come again. */
export const leave = (script: string): void => void share().scripts.delete(script);

/** An id of the element that only our scripts and the background know. */
export function nameElement(element: Element): string {
  const { elements, ids } = share();
  const known = ids.get(element);
  if (known) return known;
  const id = crypto.randomUUID();
  ids.set(element, id);
  elements.set(id, new WeakRef(element));
  return id;
}

/** Undefined once the page has let go of it. */
export const findElement = (id: string): Element | undefined => share().elements.get(id)?.deref();

export const setHoverTarget = (picture: Element): void =>
  void Object.assign(share(), { target: new WeakRef(picture) });
export const findHoverTarget = (): Element | undefined => share().target?.deref();

/** A run of ours that is shown there: the picture's own, or that of another one that the page showed before. */
type OnPicture = 'own' | 'other';

export const tellWhatIsOn = (whatIsOn: Shared['whatIsOn']): void => void Object.assign(share(), { whatIsOn });
export const whatIsOn = (picture: Element): OnPicture | undefined => share().whatIsOn?.(picture);
