import type { FoundPicture, Search } from '../../messaging/protocol.ts';
import type { PlayedKind } from '../../runs/run.ts';
import { findMenuTarget } from './menuTarget.ts';
import { findLargest, listCssUrls, nameFile, parseSrcset } from './pictureAddress.ts';
import { findHovered, listElements } from './shadowRoots.ts';
import { findElement, findHoverTarget, nameElement } from './world.ts';

/** The frame's elements that the search means, best first. */
export function findPictures(search: Search): FoundPicture[] {
  const played = playedKindOf(search);
  return findElements(search).flatMap((element) => {
    if (played) return describePlayed(element, played);
    const picture = describePicture(element, search.by === 'address' ? search.srcUrl : undefined);
    return picture ? [picture] : [];
  });
}

/** Undefined where a picture is meant. */
function playedKindOf(search: Search): PlayedKind | undefined {
  if (search.by === 'element') return search.inputKind;
  if (search.by === 'video') return search.isStill ? undefined : 'video';
  return search.by === 'audio' ? 'audio' : undefined;
}

function findElements(search: Search): Element[] {
  if (search.by === 'element') {
    const element = findElement(search.elementId);
    return element?.isConnected ? [element] : [];
  }
  if (search.by === 'size') return listOnce(isPicture);
  if (search.by === 'sight') return listOffered();
  if (search.by === 'likeness') return findAlike(findElement(search.elementId));
  if (search.by === 'button') return listOne(findHoverTarget());
  if (search.by === 'pointer') return listOne(climbToPicture(findHovered()));
  const target = search.menu && findMenuTarget(search.menu.targetElementId);
  if (search.by === 'menu') return listOne(climbToPicture(target));
  const isMeant = search.by === 'video' || search.by === 'audio' ? plays : shows;
  const candidates = [...listElements(document)].filter((element) => isMeant(element, search.srcUrl));
  // The same picture may stand twice: the menu was opened on one of them.
  const rank = (element: Element): number => (element === target ? 2 : 0) + (isInView(element) ? 1 : 0);
  return candidates.sort((left, right) => rank(right) - rank(left)).slice(0, 1);
}

/** The picture that the element shows or covers. A picture behind a whole page is none, and a film is to be seen. */
export function findPictureAt(element: Element | undefined): Element | undefined {
  const picture = climbToPicture(element);
  if (picture instanceof HTMLVideoElement && !picture.poster) return undefined;
  return picture === document.body || picture === document.documentElement ? undefined : picture;
}

/** Elements that are pictures as a whole, and not by their style. */
const pictureElements = 'img, canvas, object, embed';

/** The picture that the element is, or the only one in it. */
export function findPictureIn(element: Element): Element | undefined {
  if (element === document.body) return undefined;
  if (describePicture(element)) return element;
  const inside = [...element.querySelectorAll(pictureElements)].filter((one) => describePicture(one));
  return inside.length === 1 ? inside[0] : undefined;
}

/** The address of what the element shows; empty for a canvas. */
export const addressOf = (element: Element): string => describePicture(element)?.shownUrl ?? '';

/**
 * The addresses of one picture that the element shows or could show instead. An address that a list of candidates
 * outdoes is left out: many pictures may have one stand-in.
 * @param ours the address of a result of ours, which is no picture of the page
 */
export function listAddressesOf(element: Element, ours?: string): string[] {
  if (!(element instanceof HTMLImageElement)) return listShown(element).map(toAbsolute);
  const candidates = listSrcsets(element)
    .flatMap(parseSrcset)
    .map(({ url }) => url);
  const listed = candidates.filter((url) => url !== ours && url !== 'about:blank');
  return (listed.length > 0 ? listed : [element.src]).filter(Boolean).map((url) => cutPart(toAbsolute(url)));
}

/** What follows `#` names a place in the picture. */
export const cutPart = (url: string): string => url.replace(/#.*$/s, '');

const listOne = (element: Element | undefined): Element[] => (element ? [element] : []);

export function isInView(element: Element): boolean {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
}

function shows(element: Element, srcUrl: string): boolean {
  if (element instanceof HTMLImageElement) return element.currentSrc === srcUrl || element.src === srcUrl;
  return listShown(element).includes(srcUrl);
}

const plays = (element: Element, srcUrl: string): boolean =>
  element instanceof HTMLMediaElement && (element.currentSrc === srcUrl || element.src === srcUrl);

/** Picture addresses of an element other than `<img>`. */
function listShown(element: Element): string[] {
  if (element instanceof HTMLInputElement && element.type === 'image') return [element.src];
  if (element instanceof HTMLVideoElement && element.poster) return [element.poster];
  if (element instanceof SVGImageElement) return [toAbsolute(element.href.baseVal)];
  if (element instanceof HTMLObjectElement || element instanceof HTMLEmbedElement)
    return listEmbedded(element);
  return listBackgrounds(element).map(toAbsolute);
}

/** What an `<object>` or `<embed>` shows as a picture. Another page or film inside is none. */
function listEmbedded(element: HTMLObjectElement | HTMLEmbedElement): string[] {
  const url = element instanceof HTMLObjectElement ? element.data : element.src;
  const isPicture = element.type
    ? element.type.startsWith('image/')
    : pictureName.test(URL.parse(url)?.pathname ?? '');
  return url && isPicture ? [url] : [];
}

const pictureName = /\.(avif|bmp|gif|jpe?g|png|svg|webp)$/i;

const pseudoElements = [undefined, '::before', '::after'] as const;

function listBackgrounds(element: Element): string[] {
  return pseudoElements.flatMap((pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return [...listCssUrls(style.backgroundImage), ...(pseudo ? listCssUrls(style.content) : [])];
  });
}

/**
 * The picture of the element pointed at or of what it covers: transparent layers over pictures are common. Undefined
 * if several could be meant, since the choice costs credits.
 */
function climbToPicture(start: Element | undefined): Element | undefined {
  // The frame's own script reports its content.
  if (start instanceof HTMLIFrameElement) return undefined;
  let isLayer = false;
  for (let element = start; element; element = parentOf(element)) {
    if (describePicture(element)) return element;
    if (element === document.body || element === document.documentElement) continue;
    const pictures = isLayer ? [...element.querySelectorAll(pictureElements)] : [];
    const inside = pictures.filter((one) => liesUnder(one, start));
    if (inside.length > 0) return inside.length === 1 ? inside[0] : undefined;
    isLayer ||= ['absolute', 'fixed'].includes(getComputedStyle(element).position);
  }
  return undefined;
}

function parentOf(element: Element): Element | undefined {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : undefined;
}

/** Smaller ones are icons and marks. */
const smallestSidePx = 16;

/** Whether the layer covers part of the picture. A picture inside the layer itself is beside the pointer. */
function liesUnder(picture: Element, layer: Element | undefined): boolean {
  const [box, inner] = [picture.getBoundingClientRect(), layer?.getBoundingClientRect()];
  if (!inner || layer?.contains(picture)) return false;
  if (box.width < smallestSidePx || box.height < smallestSidePx) return false;
  return box.left < inner.right && box.right > inner.left && box.top < inner.bottom && box.bottom > inner.top;
}

/** More would cover a page with frames and say nothing. */
const offeredAtMost = 300;
const offeredSidePx = 32;

/** The pictures on offer, large ones first, so that a small one on a large one lies above it. */
function listOffered(): Element[] {
  const areaOf = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return Math.min(width, height) < offeredSidePx ? 0 : width * height;
  };
  const pictures = [...listElements(document)].filter(
    (element) => areaOf(element) > 0 && element.checkVisibility() && describePicture(element),
  );
  return pictures.sort((left, right) => areaOf(right) - areaOf(left)).slice(0, offeredAtMost);
}

const likeSizeFactor = 1.5;

/** Images of about the same displayed size in the same kind of place. */
function findAlike(model: Element | undefined): Element[] {
  if (!(model instanceof HTMLImageElement)) return model ? [model] : [];
  const { width } = model.getBoundingClientRect();
  const isAlike = (image: HTMLImageElement): boolean => {
    const box = image.getBoundingClientRect();
    return (
      image.parentElement?.localName === model.parentElement?.localName &&
      box.width > 0 &&
      box.width / width < likeSizeFactor &&
      width / box.width < likeSizeFactor
    );
  };
  return listOnce(isAlike);
}

/** The same picture twice is paid once. */
function listOnce(isMeant: (image: HTMLImageElement) => boolean): HTMLImageElement[] {
  const images = [...listElements(document)].filter((element) => element instanceof HTMLImageElement);
  const seen = new Set<string>();
  return images.filter((image) => {
    if (!isMeant(image) || seen.has(image.currentSrc)) return false;
    seen.add(image.currentSrc);
    return true;
  });
}

/** Smaller ones are icons, avatars and buttons. */
const pictureSidePx = 96;

function isPicture(image: HTMLImageElement): boolean {
  const { width, height } = image.getBoundingClientRect();
  return (
    Math.min(width, height) >= pictureSidePx &&
    image.checkVisibility() &&
    describePicture(image) !== undefined
  );
}

function describePicture(element: Element, srcUrl?: string): FoundPicture | undefined {
  const shared = { elementId: nameElement(element), frameUrl: frameAddress(), pageUrl: topAddress() };
  const name = (url: string) => nameFile(url, [element.getAttribute('alt') ?? '', document.title]);
  if (element instanceof HTMLImageElement) {
    const urls = listImageUrls(element);
    if (!urls[0]) return undefined;
    return {
      ...shared,
      kind: 'image',
      urls,
      shownUrl: element.currentSrc || element.src,
      width: element.naturalWidth,
      height: element.naturalHeight,
      fileName: name(urls[0]),
    };
  }
  if (element instanceof HTMLCanvasElement || hasFrame(element)) {
    const [width, height] =
      element instanceof HTMLCanvasElement
        ? [element.width, element.height]
        : [element.videoWidth, element.videoHeight];
    return { ...shared, kind: 'canvas', urls: [], shownUrl: '', width, height, fileName: name('') };
  }
  const urls = srcUrl ? [srcUrl] : listShown(element);
  const [shownUrl] = urls;
  if (!shownUrl) return undefined;
  return { ...shared, kind: 'background', urls, shownUrl, width: 0, height: 0, fileName: name(shownUrl) };
}

/** A video shows its poster until it has played. */
const hasFrame = (element: Element): element is HTMLVideoElement =>
  element instanceof HTMLVideoElement &&
  element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA &&
  (!element.poster || element.played.length > 0);

function describePlayed(element: Element, kind: PlayedKind): FoundPicture[] {
  if (!(element instanceof HTMLMediaElement)) return [];
  const isFilm = element instanceof HTMLVideoElement;
  const shownUrl = element.currentSrc || element.src;
  if (!shownUrl || isFilm !== (kind === 'video')) return [];
  const [width, height] = isFilm ? [element.videoWidth, element.videoHeight] : [0, 0];
  return [
    {
      elementId: nameElement(element),
      frameUrl: frameAddress(),
      pageUrl: topAddress(),
      kind,
      urls: [shownUrl],
      shownUrl,
      width,
      height,
      fileName: nameFile(shownUrl, [element.title, document.title]),
    },
  ];
}

const toAbsolute = (url: string): string => URL.parse(url, document.baseURI)?.href ?? url;

/** Wider images are real pictures; placeholders are a few pixels wide. */
const placeholderWidthPx = 64;

/** The largest candidate, then the one shown; for a placeholder, the lazily loaded address comes first. */
function listImageUrls(image: HTMLImageElement): string[] {
  const shown = [image.currentSrc, image.src];
  const { src, lazySrc, original, srcset: lazySrcset } = image.dataset;
  const lazy = [findLargest(lazySrcset ?? ''), src, lazySrc, original];
  const isStandIn = image.naturalWidth <= placeholderWidthPx;
  const urls = [...listLargest(image), ...(isStandIn ? [...lazy, ...shown] : [...shown, ...lazy])];
  return [...new Set(urls.flatMap((url) => (url ? [toAbsolute(url)] : [])))];
}

/** Candidates of the list that the browser chose from, then of the others: sizes compare only within one list. */
function listLargest(image: HTMLImageElement): (string | undefined)[] {
  const lists = listSrcsets(image);
  const isChosen = (srcset: string): boolean =>
    parseSrcset(srcset).some(({ url }) => toAbsolute(url) === image.currentSrc);
  return [...lists.filter(isChosen), ...lists.filter((list) => !isChosen(list))].map(findLargest);
}

function listSrcsets(image: HTMLImageElement): string[] {
  const sources = image.parentElement instanceof HTMLPictureElement ? image.parentElement.children : [];
  const srcsets = [...sources].flatMap((source) =>
    source instanceof HTMLSourceElement && (source.media === '' || matchMedia(source.media).matches)
      ? [source.srcset]
      : [],
  );
  return [...srcsets, image.srcset];
}

/** A document without an address of its own speaks in the name of the one that made it. */
const frameAddress = (): string => (/^https?:/.test(location.href) ? location.href : `${self.origin}/`);

function topAddress(): string {
  try {
    return (top ?? window).location.href;
  } catch {
    // A frame of another site knows the page around it by its referrer at best.
    return document.referrer || location.href;
  }
}
