/** Small, since a CPU has to enlarge it. */
export const svgSidePx = 256;

/** One way in which a picture is on a page, and how its bytes are read. */
export interface AcquisitionRow {
  path: string;
  /** Of the address that the browser names at a click; without one the pointer tells. */
  srcPath?: 'shown' | `/${string}`;
  /** The picture is in a frame of the page. */
  frame?: string;
  /** Path of the file whose bytes the server gets unchanged; without it, the server gets pixels of that size. */
  bytesOf?: string;
  pixels?: [width: number, height: number];
  note?: string;
  /** The element to right-click; default: the picture. */
  selector?: string;
  /** Differences in Firefox. */
  inFirefox?: { note?: string };
  /** `inPage` where the page's own image is replaced. */
  placing: 'inPage' | 'layer';
}

/** Keyed by the test title after "reads a picture". */
export const acquisitionTable: Record<string, AcquisitionRow> = {
  'of the same origin': { path: '/own', srcPath: 'shown', bytesOf: '/own.jpg', placing: 'inPage' },
  'of another site': { path: '/cross', srcPath: 'shown', bytesOf: '/plain.jpg', placing: 'inPage' },
  'of another site that allows it': {
    path: '/cors',
    srcPath: 'shown',
    bytesOf: '/cors.jpg',
    placing: 'inPage',
  },
  'guarded by the Referer': {
    path: '/guarded',
    srcPath: 'shown',
    bytesOf: '/guarded.jpg',
    placing: 'inPage',
  },
  'guarded by a cookie': { path: '/cookie', srcPath: 'shown', bytesOf: '/cookie.jpg', placing: 'layer' },
  'that the own origin leads on to another one, behind a cookie': {
    path: '/led-on',
    srcPath: 'shown',
    bytesOf: '/cookie.jpg',
    placing: 'layer',
  },
  'in a blob: of the page': { path: '/blob', srcPath: 'shown', bytesOf: '/own.jpg', placing: 'inPage' },
  'in a blob: that is revoked': {
    path: '/revoked',
    srcPath: 'shown',
    pixels: [160, 120],
    note: 'Drawn pixels used',
    placing: 'inPage',
  },
  'in a data: address': { path: '/data', srcPath: 'shown', bytesOf: '/own.jpg', placing: 'inPage' },
  'on a canvas': { path: '/canvas', pixels: [160, 120], placing: 'layer' },
  'on a canvas that holds its pixels back': {
    path: '/tainted',
    pixels: [160, 120],
    note: 'Screen pixels used',
    // It lets an add-on read pixels that it hides from the page.
    inFirefox: {},
    placing: 'layer',
  },
  'in a CSS background': { path: '/background', bytesOf: '/plain.jpg', placing: 'layer' },
  'in the background of a pseudo-element': { path: '/pseudo', bytesOf: '/plain.jpg', placing: 'layer' },
  'in an <image> of SVG': { path: '/svg-image', bytesOf: '/plain.jpg', placing: 'layer' },
  'on a button of a form': {
    path: '/button',
    srcPath: '/plain.jpg',
    bytesOf: '/plain.jpg',
    placing: 'layer',
  },
  'with a srcset, its largest candidate': {
    path: '/srcset',
    srcPath: '/plain.jpg',
    bytesOf: '/large.jpg',
    placing: 'inPage',
  },
  'of a <picture>, the largest that its source offers': {
    path: '/picture',
    srcPath: '/plain.jpg',
    bytesOf: '/large.jpg',
    placing: 'inPage',
  },
  'that would be loaded later, itself and not its stand-in': {
    path: '/lazy',
    srcPath: 'shown',
    bytesOf: '/large.jpg',
    placing: 'inPage',
  },
  'that moves (GIF)': {
    path: '/gif',
    srcPath: 'shown',
    bytesOf: '/moving.gif',
    note: 'the first frame is used',
    placing: 'inPage',
  },
  'that moves (WebP)': {
    path: '/webp',
    srcPath: 'shown',
    bytesOf: '/moving.webp',
    note: 'the first frame is used',
    placing: 'inPage',
  },
  'in AVIF': { path: '/avif', srcPath: 'shown', bytesOf: '/still.avif', placing: 'inPage' },
  'that is to be turned': { path: '/turned', srcPath: 'shown', bytesOf: '/turned.jpg', placing: 'inPage' },
  'in SVG, drawn at the size that is set': {
    path: '/svg',
    srcPath: 'shown',
    pixels: [svgSidePx, svgSidePx / 2],
    note: 'drawn at the size set in the options',
    placing: 'inPage',
  },
  'in SVG, on a page with a strict policy': {
    path: '/strict-svg',
    srcPath: 'shown',
    pixels: [svgSidePx, svgSidePx / 2],
    note: 'drawn at the size set in the options',
    placing: 'inPage',
  },
  'on a page with a strict policy': {
    path: '/strict',
    srcPath: 'shown',
    bytesOf: '/own.jpg',
    placing: 'inPage',
  },
  'in an open shadow root': {
    path: '/open',
    selector: '#host',
    srcPath: '/plain.jpg',
    bytesOf: '/plain.jpg',
    placing: 'inPage',
  },
  'in a closed shadow root': {
    path: '/closed',
    selector: '#host',
    srcPath: '/plain.jpg',
    bytesOf: '/plain.jpg',
    placing: 'inPage',
  },
  'in a frame': {
    path: '/frame',
    frame: '/guarded',
    srcPath: '/guarded.jpg',
    bytesOf: '/guarded.jpg',
    placing: 'inPage',
  },
  'in a frame that the page writes itself': {
    path: '/written-frame',
    frame: 'about:srcdoc',
    srcPath: '/plain.jpg',
    bytesOf: '/plain.jpg',
    placing: 'inPage',
  },
  'in an <object>': { path: '/object', bytesOf: '/plain.jpg', placing: 'layer' },
  'in an <embed>': {
    path: '/embed',
    srcPath: '/plain.jpg',
    bytesOf: '/plain.jpg',
    placing: 'layer',
  },
  'in a frame of another site, that only that site may show': {
    path: '/foreign-frame',
    frame: '/in-foreign',
    srcPath: '/foreign-only.jpg',
    bytesOf: '/foreign-only.jpg',
    placing: 'inPage',
  },
};
