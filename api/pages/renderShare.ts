import { waveformHeight, waveformPath, widthOfBars } from '@star-graph/contract/assets/waveformPath';
import type { OpenShare } from '@star-graph/core/library/assets/shares';
import type { Locale } from '@star-graph/workflows';
import { isSeen, type MediaKind, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { escapeHtml } from './renderPage.ts';

interface ShareTexts {
  kinds: Record<MediaKind, string>;
  save: string;
  until: (date: string) => string;
  /** Of one whose prompt is shown, and of any other. */
  like: string;
  own: string;
  gone: string;
  why: string;
}

const shareTexts: Record<Locale, ShareTexts> = {
  en: {
    kinds: {
      image: 'A shared picture',
      video: 'A shared video',
      audio: 'A shared sound',
      text: 'A shared text',
      model3d: 'A shared 3D model',
    },
    save: 'Download',
    until: (date) => `Shared until ${date}`,
    like: 'Make one like this',
    own: 'Make your own',
    gone: 'Nothing is shared here',
    why: 'The link has expired, was withdrawn, or is not complete. Ask whoever sent it for a new one.',
  },
  'zh-CN': {
    kinds: {
      image: '分享的图片',
      video: '分享的视频',
      audio: '分享的音频',
      text: '分享的文本',
      model3d: '分享的 3D 模型',
    },
    save: '下载',
    until: (date) => `分享至 ${date}`,
    like: '以此创作',
    own: '自己创作',
    gone: '此处没有分享内容',
    why: '链接已过期、已被撤回或不完整。请向发送者索取新链接。',
  },
};

interface ShareAddresses {
  /** Of this page, absolute: programs that show links ask for it from elsewhere. */
  page: string;
}

/** HTML for whoever has the link: nothing of its owner is in it. */
export function renderShare(
  { share, asset, prompt }: OpenShare,
  locale: Locale,
  { page }: ShareAddresses,
): string {
  const texts = shareTexts[locale];
  const kind = mediaKindOf(share.mime);
  const title = texts.kinds[kind];
  const path = new URL(page).pathname;
  const shown = renderShown(kind, asset, { path, alt: escapeHtml(prompt ?? title), save: texts.save });
  const until = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    share.expiresAt,
  );
  return renderDocument({
    locale,
    title,
    head: describeForPreviews({ title, prompt, page, kind, mime: share.mime, isDrawn: isDrawn(kind, asset) }),
    // A picture says itself what it is.
    body: `${isSeen(kind) ? '' : `<h1>${escapeHtml(title)}</h1>\n`}<figure>
${shown}
${prompt === undefined ? '' : `<figcaption dir="auto">${escapeHtml(prompt)}</figcaption>`}
</figure>
<div class="share-foot">
<p class="quiet">${escapeHtml(texts.until(until))}</p>
<a class="share-like" href="${escapeHtml(wayToMake(page, prompt))}">${escapeHtml(prompt === undefined ? texts.own : texts.like)}</a>
</div>`,
  });
}

/** A picture stands for it, in the page and where its link is shown. */
export const isDrawn = (kind: MediaKind, { thumbnailKey }: OpenShare['asset']): boolean =>
  isSeen(kind) || (kind === 'model3d' && thumbnailKey !== null);

function renderShown(
  kind: MediaKind,
  asset: OpenShare['asset'],
  { path, alt, save }: { path: string; alt: string; save: string },
): string {
  const { width, height, text, waveform } = asset;
  const size = `width="${width}" height="${height}"`;
  switch (kind) {
    case 'image':
      return `<img src="${path}/picture" ${size} alt="${alt}">`;
    case 'video':
      return `<video src="${path}/video" poster="${path}/picture" ${size} controls loop playsinline></video>`;
    case 'audio':
      return `${waveform === null ? '' : renderWaveform(waveform)}<audio src="${path}/file" controls></audio>`;
    case 'text':
      return `<blockquote dir="auto">${escapeHtml(text ?? '')}</blockquote>`;
    case 'model3d':
      return `${isDrawn(kind, asset) ? `<img src="${path}/picture" alt="${alt}">\n` : ''}<a class="share-file" href="${path}/file" download>${escapeHtml(save)}</a>`;
  }
}

const mostBars = 96;

function renderWaveform(waveform: string): string {
  const { path, bars } = waveformPath(waveform, mostBars);
  return `<svg class="share-waveform" viewBox="0 0 ${widthOfBars(bars)} ${waveformHeight}" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"/></svg>\n`;
}

/** What some servers take as an address is not longer. */
const mostAddress = 2_000;

/** To Create, with the prompt in its form where it is shown. */
function wayToMake(page: string, prompt: string | undefined): string {
  const create = new URL('/create', page);
  const filled = new URL(create);
  if (prompt !== undefined) filled.searchParams.set('prompt', prompt);
  return filled.href.length > mostAddress ? create.href : filled.href;
}

/** The same for every link that leads nowhere. */
export function renderGone(locale: Locale): string {
  const { gone, why } = shareTexts[locale];
  return renderDocument({
    locale,
    title: gone,
    head: '',
    body: `<h1>${escapeHtml(gone)}</h1>\n<p>${escapeHtml(why)}</p>`,
  });
}

/** What chats show of a link (Open Graph). */
function describeForPreviews(of: {
  title: string;
  prompt: string | undefined;
  page: string;
  kind: MediaKind;
  mime: string;
  isDrawn: boolean;
}): string {
  const properties = [
    ['og:type', 'website'],
    ['og:site_name', 'Star-Graph'],
    ['og:title', of.title],
    ['og:url', of.page],
    ...(of.prompt === undefined ? [] : [['og:description', of.prompt]]),
    ...(of.isDrawn
      ? [
          ['og:image', `${of.page}/picture`],
          ['og:image:type', 'image/webp'],
        ]
      : []),
    ...(of.kind === 'video' || of.kind === 'audio'
      ? [
          [`og:${of.kind}`, `${of.page}/${of.kind === 'video' ? 'video' : 'file'}`],
          [`og:${of.kind}:type`, of.mime],
        ]
      : []),
  ];
  return [
    ...properties.map(
      ([name = '', value = '']) => `<meta property="${name}" content="${escapeHtml(value)}">`,
    ),
    '<meta name="twitter:card" content="summary_large_image">',
  ].join('\n');
}

const renderDocument = (page: { locale: Locale; title: string; head: string; body: string }): string =>
  `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noimageindex">
<title>${escapeHtml(page.title)} · Star-Graph</title>
${page.head}
<link rel="icon" type="image/png" href="/docs/favicon.png">
<link rel="stylesheet" href="/sign-in/page.css">
<link rel="stylesheet" href="/s/share.css">
</head>
<body>
<main class="share">
<header>Star-Graph</header>
${page.body}
</main>
</body>
</html>
`;
