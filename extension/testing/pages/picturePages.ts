/** Where the fixtures of a page come from: the site of the pages, and another one for pictures. */
export interface Sites {
  pages: string;
  images: string;
  /** The site of the pages under a name that browsers take for another site. */
  foreign: string;
}

const style = '<style>body{margin:24px;font:16px sans-serif} img{width:320px}</style>';

export const toDocument = (body: string): string =>
  `<!doctype html><title>A page of pictures</title>${style}${body}`;

/** Policies of pages that have one. */
export const policies: Record<string, string> = {
  '/strict': "default-src 'none'; img-src 'self'",
  '/strict-tools': "default-src 'none'; img-src 'self'",
  '/strict-svg': "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
};

const toRevoked = (path: string): string =>
  `<p><img id="picture"></p><script>fetch('${path}').then((answer) => answer.blob()).then((blob) => {
    const url = URL.createObjectURL(blob); picture.onload = () => URL.revokeObjectURL(url); picture.src = url; });</script>`;

/** Pages of several sizes, and pictures that are documents within the page. */
const innerPages = (images: string): Record<string, string> => ({
  '/sizes': `<p><img id="picture" src="${images}/plain.jpg"> <img src="${images}/large.jpg"> <img src="${images}/plain.jpg"></p>
    <p><img style="width:40px" src="${images}/small.jpg"></p>`,
  '/written-frame': `<iframe srcdoc="<img id='picture' src='${images}/plain.jpg' width='580'>" width="600" height="300"></iframe>`,
  // The pages of a comic, one beneath the other, and beside them what is none.
  '/comic': `<p><img src="${images}/small.jpg" style="width:120px"></p>${[...Array(7).keys()]
    .map(
      (number) =>
        `<p style="margin:0"><img class="page" src="${images}/many-${number + 1}.jpg" style="width:600px;height:700px"></p>`,
    )
    .join('')}`,
  '/object': `<p><object id="picture" data="${images}/plain.jpg" type="image/jpeg" width="320" height="240"></object></p>`,
  '/embed': `<p><embed id="picture" src="${images}/plain.jpg" width="320" height="240"></p>`,
});

/** What plays on a page. */
const playedPages = {
  '/film': '<p><video id="film" src="/film.mp4" style="width:480px" muted></video></p>',
  '/sound': '<p><audio id="sound" src="/tone.mp3" controls></audio></p>',
  '/streamed': `<p><video id="film" style="width:320px;height:240px"></video></p><script>film.src = URL.createObjectURL(new MediaSource());</script>`,
};

/** Each way in which a picture can stand on a page, by path. */
export const picturePages = ({ images, foreign }: Sites): Record<string, string> => ({
  '/own': '<p><img id="picture" src="/own.jpg"></p>',
  '/guarded': `<h1>Guarded</h1><p><img id="picture" src="${images}/guarded.jpg" alt="A hill at dusk"></p><p>Text beneath.</p>`,
  '/late': `<p><img id="picture" src="${images}/guarded-late.jpg"></p>`,
  '/cross': `<p><img id="picture" src="${images}/plain.jpg"></p>`,
  '/cross-confirmed': `<p><img id="picture" src="${images}/plain.jpg"></p>`,
  '/in-dialog': `<p>Around</p><dialog style="transform:translateX(40px);overflow:hidden">
    <img id="picture" src="${images}/plain.jpg"></dialog>`,
  '/cors': `<p><img id="picture" crossorigin src="${images}/cors.jpg"></p>`,
  '/cookie': `<p><img id="picture" src="${images}/cookie.jpg"></p>`,
  '/led-on': '<p><img id="picture" src="/led-on.jpg"></p>',
  '/once': `<p><img id="picture" style="width:160px" src="${images}/once.jpg"></p>`,
  '/missing': `<p><img id="picture" src="${images}/missing.jpg" alt="Missing"></p>`,
  '/words': `<p><img id="picture" src="${images}/words.jpg" alt="Words"></p>`,
  '/srcset': `<p><img id="picture" src="${images}/plain.jpg" srcset="${images}/plain.jpg 160w, ${images}/large.jpg 320w" sizes="100px"></p>`,
  '/picture': `<picture><source media="(max-width: 10px)" srcset="${images}/never.jpg 4000w">
    <source srcset="${images}/plain.jpg, ${images}/large.jpg 2x">
    <img id="picture" src="${images}/plain.jpg"></picture>`,
  '/lazy': `<p><img id="picture" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" data-src="${images}/large.jpg" height="200"></p>`,
  '/svg': `<p><img id="picture" src="${images}/drawing.svg"></p>`,
  '/strict-svg': '<p><img id="picture" src="/drawing.svg"></p>',
  '/gif': `<p><img id="picture" src="${images}/moving.gif"></p>`,
  '/webp': `<p><img id="picture" src="${images}/moving.webp"></p>`,
  '/avif': `<p><img id="picture" src="${images}/still.avif"></p>`,
  '/turned': `<p><img id="picture" src="${images}/turned.jpg"></p>`,
  '/huge': `<p><img id="picture" src="${images}/huge.jpg"></p>`,
  '/strict': '<p><img id="picture" src="/own.jpg"></p>',
  '/strict-tools': '<p><img id="picture" src="/own.jpg"></p>',
  '/frame': '<iframe src="/guarded" width="600" height="500"></iframe>',
  ...innerPages(images),
  '/foreign-frame': `<iframe src="${foreign}/in-foreign" width="600" height="500"></iframe>`,
  '/in-foreign': `<p><img id="picture" src="${images}/foreign-only.jpg"></p>`,
  '/once-frame':
    '<p>Above</p><iframe src="/once-inside" style="border:7px solid" width="600" height="500"></iframe>',
  '/once-inside': `<p><img id="picture" style="width:160px" src="${images}/once-inside.jpg"></p>`,
  '/foreign-once': `<iframe src="${foreign}/once-foreign" width="600" height="500"></iframe>`,
  '/once-foreign': `<p><img id="picture" style="width:160px" src="${images}/once-foreign.jpg"></p>`,
  '/blob': `<p><img id="picture"></p><script>fetch('/own.jpg').then((answer) => answer.blob()).then((blob) => {
    picture.src = URL.createObjectURL(blob); });</script>`,
  '/revoked': toRevoked('/own.jpg'),
  '/small-revoked': toRevoked('/small.jpg'),
  '/data': `<p><img id="picture"></p><script>fetch('/own.jpg').then((answer) => answer.blob()).then((blob) => {
    const reader = new FileReader(); reader.onload = () => { picture.src = reader.result; }; reader.readAsDataURL(blob); });</script>`,
  '/open': `<p id="host" style="width:320px"></p><script>host.attachShadow({ mode: 'open' }).innerHTML =
    '<img style="width:320px" src="${images}/plain.jpg">';</script>`,
  '/closed': `<p id="host" style="width:320px"></p><script>host.attachShadow({ mode: 'closed' }).innerHTML =
    '<img style="width:320px" src="${images}/plain.jpg">';</script>`,
  '/svg-image': `<svg id="picture" width="320" height="240"><image href="${images}/plain.jpg" width="320" height="240"/></svg>`,
  '/button': `<form><input id="picture" type="image" alt="Send" src="${images}/plain.jpg" width="320"></form>`,
  '/background': `<div id="picture" style="width:320px;height:240px;background:url(${images}/plain.jpg) center/cover"></div>`,
  // So many that the menu of one lies over others, each in its own row and column.
  '/tiles': `<div style="display:grid;grid-template-columns:repeat(6,150px)">${[...Array(48).keys()]
    .map(
      (number) =>
        `<div id="tile${number}" style="height:110px;background:url(${images}/new-${number}.jpg) center/cover"></div>`,
    )
    .join('')}</div>`,
  '/pseudo': `<style>#picture::before{content:'';display:block;width:320px;height:240px;background:url(${images}/plain.jpg)}</style><div id="picture"></div>`,
  '/canvas': `<canvas id="picture" width="160" height="120" style="width:320px"></canvas><script>
    const context = picture.getContext('2d'); context.fillStyle = '#d43'; context.fillRect(0, 0, 80, 120);</script>`,
  '/tainted': `<canvas id="picture" width="160" height="120"></canvas><script>
    const image = new Image(); image.src = '${images}/plain.jpg'; image.onload = () => picture.getContext('2d').drawImage(image, 0, 0);</script>`,
  '/no-menu': `<script>addEventListener('contextmenu', (event) => event.preventDefault(), true);</script>
    <div style="position:relative"><img id="picture" src="${images}/plain.jpg"><div id="cover" style="position:absolute;inset:0"></div></div>`,
  ...playedPages,
  '/two-sizes': `<a href="#opened"><img id="picture" src="${images}/new-19.jpg" alt="A hill"></a>
    <p><a id="next" href="#next">Next</a> <img id="small" style="width:80px" src="${images}/many-19.jpg"></p>`,
  '/several': [11, 12, 13]
    .map((number) => `<p><img class="one" src="${images}/many-${number}.jpg"></p>`)
    .join(''),
  ...Object.fromEntries(
    [...Array(20).keys()].map((number) => [
      `/new-${number}`,
      `<p><img id="picture" src="${images}/new-${number}.jpg"></p>`,
    ]),
  ),
  '/ten': [...Array(10).keys()]
    .map(
      (number) => `<img class="one" id="one${number}" style="width:90px" src="${images}/many-${number}.jpg">`,
    )
    .join(' '),
});
