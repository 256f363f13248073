import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ButtonStyle, ComponentType } from 'discord.js';
import sharp from 'sharp';
import { unescapeText } from '../../replies/markdown.ts';
import type { MessagePart } from '../../tracking/messageParts.ts';
import type { StoredAttachment, StoredMessage } from './state.ts';

interface Circumstances {
  /** What was done to get it: a command, or a press. */
  command: string;
  isDark: boolean;
}

/** Draws a message as the bot sent it, without Discord: its words, pictures, buttons and colours, and nothing else. */
export const drawMessage = async (
  message: StoredMessage,
  names: Readonly<Record<string, string>>,
  { command, isDark }: Circumstances,
): Promise<Buffer> =>
  takePicture(
    `${drawFrame(await withStills(message), names, command)}
<p class="caption">as the bot sends it, drawn without Discord</p>`,
    { isDark, width: 656 },
  );

/** Draws many, in columns, for somebody to look at. @param width of a column: a phone has 360. */
export async function drawSheet(
  messages: readonly { command: string; shown: StoredMessage | Form }[],
  names: Readonly<Record<string, string>>,
  { isDark, width, columns }: { isDark: boolean; width: number; columns: number },
): Promise<Buffer> {
  const drawn = await Promise.all(
    messages.map(async ({ command, shown }) =>
      'title' in shown ? drawForm(shown, command) : drawFrame(await withStills(shown), names, command),
    ),
  );
  return takePicture(`<div class="sheet" style="--columns: ${columns}">${drawn.join('')}</div>`, {
    isDark,
    width: width * columns + 32,
  });
}

/** The first frame of each film, before its name: a page that is drawn at once plays none. */
async function withStills(message: StoredMessage): Promise<StoredMessage> {
  const attachments = await Promise.all(
    message.attachments.map(async (one) =>
      one.contentType.startsWith('video/') ? [await stillOf(one), one] : [one],
    ),
  );
  return { ...message, attachments: attachments.flat() };
}

async function stillOf(film: StoredAttachment): Promise<StoredAttachment> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-message-'));
  try {
    const [source, still] = [join(directory, film.filename), join(directory, 'still.png')];
    await writeFile(source, film.bytes);
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', source, '-frames:v', '1', still], {
      timeout: 60_000,
    });
    return { ...film, id: `${film.id}-still`, contentType: 'image/png', bytes: await readFile(still) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const drawFrame = (
  message: StoredMessage,
  names: Readonly<Record<string, string>>,
  command: string,
): string =>
  `<div class="message"><div class="face">★</div><div>
<p class="quiet"><b>${names[message.askedBy ?? ''] ?? 'somebody'}</b> used <b>${escapeHtml(command)}</b></p>
<p class="bot">star-graph <i>bot</i></p>
${drawBody(message, names)}
${message.ephemeral ? '<p class="quiet">👁 Only you can see this</p>' : ''}</div></div>`;

async function takePicture(
  body: string,
  { isDark, width }: { isDark: boolean; width: number },
): Promise<Buffer> {
  const page = `<!doctype html><meta charset="utf-8"><style>${style}</style>
<body class="${isDark ? 'dark' : 'light'}">
${body}`;
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-message-'));
  try {
    const [source, shot] = [join(directory, 'page.html'), join(directory, 'page.png')];
    await writeFile(source, page);
    const taken = [`--window-size=${width},${heightAtMost}`, `--screenshot=${shot}`, `file://${source}`];
    await promisify(execFile)(
      '/usr/bin/chromium',
      ['--headless', '--no-sandbox', '--hide-scrollbars', `--user-data-dir=${directory}`, ...taken],
      { timeout: 60_000 },
    );
    return await cutBelow(shot, width);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const heightAtMost = 4_800;

/** Ends the picture where the page ends. */
async function cutBelow(shot: string, width: number): Promise<Buffer> {
  const { info } = await sharp(shot).trim({ threshold: 2 }).toBuffer({ resolveWithObject: true });
  const height = info.height - (info.trimOffsetTop ?? 0) * 2;
  return await sharp(shot)
    .extract({ left: 0, top: 0, width, height })
    .png({ palette: true, effort: 10 })
    .toBuffer();
}

function drawBody(message: StoredMessage, names: Readonly<Record<string, string>>): string {
  const inEmbeds = new Set<string>();
  const text = (raw: string) =>
    escapeHtml(unescapeText(raw))
      .replace(/&lt;@(\d+)&gt;/g, (_, id) => `<b>@${names[id] ?? 'somebody'}</b>`)
      .replace(/&lt;#\d+&gt;/g, '<b>#channel</b>')
      .replace(/&lt;t:\d+(?::\w)?&gt;/g, '<b>[time]</b>');
  const embeds = message.embeds.map(
    ({ color = 0, title, description, fields = [], image, thumbnail, footer }) => {
      const find = (url: string | undefined) =>
        message.attachments.find(({ filename }) => url === `attachment://${filename}`);
      const [shown, small] = [find(image?.url), find(thumbnail?.url)];
      for (const one of [shown, small]) if (one) inEmbeds.add(one.id);
      return `<div class="embed" style="border-color:#${color.toString(16).padStart(6, '0')}">
${small ? `<div class="small">${drawPicture(small)}</div>` : ''}
${title ? `<h1>${text(title)}</h1>` : ''}${description ? `<div>${drawWords(text(description))}</div>` : ''}
<dl>${fields
        .map(
          ({ name, value, inline }) =>
            `<div class="${inline ? '' : 'whole'}"><dt>${text(name)}</dt><dd>${drawWords(text(value))}</dd></div>`,
        )
        .join('')}</dl>
${shown ? drawPicture(shown) : ''}${footer ? `<p class="quiet">${text(footer.text)}</p>` : ''}</div>`;
    },
  );
  const others = message.isOfParts ? [] : message.attachments.filter(({ id }) => !inEmbeds.has(id));
  const parts = message.components.map((part) => drawPart(message, part, text));
  const said = message.isOfParts || message.content === '' ? '' : drawWords(text(message.content));
  return [`<div>${said}</div>`, ...others.map(drawPicture), ...embeds, ...parts].join('\n');
}

/** A form, as an interaction is answered with it. */
export interface Form {
  title: string;
  components: readonly FormPart[];
}

interface FormPart {
  label?: string;
  description?: string;
  content?: string;
  component?: { type: number; value?: string; placeholder?: string; options?: { label: string }[] };
}

const drawForm = ({ title, components }: Form, command: string): string =>
  `<div class="message"><div class="face">▤</div><div><p class="quiet">${escapeHtml(command)}</p>
<div class="embed"><h1>${escapeHtml(title)}</h1>${components
    .map(({ label = '', description = '', content = '', component }) => {
      const { value, placeholder, options = [] } = component ?? {};
      const inside = value ?? placeholder ?? options.map((option) => option.label).join(' / ');
      return `<p><b>${escapeHtml(label || content)}</b></p><p class="quiet">${escapeHtml(description)}</p>
${component ? `<p class="field">${escapeHtml(inside)}&nbsp;</p>` : ''}`;
    })
    .join('')}</div></div></div>`;

/** Words in bold, a heading, and quiet lines. */
const drawWords = (html: string): string =>
  html
    .split('\n')
    .map((line) =>
      line
        .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
        .replace(/\[(.+?)\]\(.+?\)/g, '<u>$1</u>')
        .replace(/`([^`]+)`/g, '<code>$1</code>')
        .replace(/^&gt;&gt;&gt; /, '▏'),
    )
    .map((line) => {
      if (line.startsWith('## ')) return `<h2>${line.slice(3)}</h2>`;
      return line.startsWith('-# ') ? `<p class="quiet">${line.slice(3)}</p>` : `<p>${line}</p>`;
    })
    .join('');

function drawPart(message: StoredMessage, part: MessagePart, text: (raw: string) => string): string {
  const inner = (parts: readonly MessagePart[]) => parts.map((one) => drawPart(message, one, text)).join('');
  const picture = ({ url }: { url: string }) =>
    message.attachments
      .filter(({ filename }) => url === `attachment://${filename}`)
      .map(drawPicture)
      .join('');
  switch (part.type) {
    case ComponentType.ActionRow:
      return drawRow(part);
    case ComponentType.Container:
      return `<div class="embed">${inner(part.components)}</div>`;
    case ComponentType.TextDisplay:
      return `<div>${drawWords(text(part.content))}</div>`;
    case ComponentType.Section:
      return `<div class="section"><div>${inner(part.components)}</div>${inner([part.accessory])}</div>`;
    case ComponentType.Thumbnail:
      return picture(part.media);
    case ComponentType.File:
      return picture(part.file);
    case ComponentType.MediaGallery:
      return `<div class="gallery">${part.items.map(({ media }) => picture(media)).join('')}</div>`;
    default:
      throw new Error(`a part of type ${part.type} cannot be drawn`);
  }
}

const drawPicture = ({ contentType, bytes, filename }: StoredAttachment): string =>
  contentType.startsWith('image/')
    ? `<img src="data:${contentType};base64,${Buffer.from(bytes).toString('base64')}">`
    : `<p class="field">📄 ${escapeHtml(filename)} (${escapeHtml(contentType)})</p>`;

const buttonClasses: Partial<Record<ButtonStyle, string>> = {
  [ButtonStyle.Primary]: 'primary',
  [ButtonStyle.Success]: 'success',
  [ButtonStyle.Danger]: 'danger',
};

function drawRow(row: Extract<MessagePart, { type: ComponentType.ActionRow }>): string {
  const buttons = row.components.map((part) => {
    if (part.type === ComponentType.StringSelect)
      return `<span class="list">${escapeHtml(part.placeholder ?? '')} ▾<small>${escapeHtml(
        part.options.map(({ label, description = '' }) => `${label} ${description}`.trim()).join(' | '),
      )}</small></span>`;
    if (part.type !== ComponentType.Button || part.style === ButtonStyle.Premium)
      throw new Error(`a part of type ${part.type} cannot be drawn`);
    const words = [part.emoji?.name, part.label].filter((word) => word !== undefined);
    return `<span class="${buttonClasses[part.style] ?? ''}">${escapeHtml(words.join(' '))}</span>`;
  });
  return `<div class="row">${buttons.join('')}</div>`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const style = `
.light { --page: #fff; --card: #f6f6f8; --button: #e7e7ec; --text: #1d1d24; --quiet: #5b5b66; }
.dark { --page: #17171c; --card: #212128; --button: #34343d; --text: #efeff3; --quiet: #a8a8b4; }
* { margin: 0; box-sizing: border-box; }
body { padding: 16px; background: var(--page); color: var(--text); font: 14px/1.4 system-ui, sans-serif; }
.message { display: flex; gap: 12px; }
.face { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #5b5bd6; color: #fff;
  font-size: 20px; line-height: 40px; text-align: center; }
.quiet, dt { color: var(--quiet); font-size: 12px; }
.bot { font-weight: 600; }
.bot i { color: var(--quiet); font: 11px system-ui, sans-serif; }
.embed { width: 520px; margin-top: 6px; padding: 12px 16px; border-left: 4px solid; border-radius: 6px;
  background: var(--card); }
.embed > * + * { margin-top: 8px; }
h1 { font-size: 15px; }
.embed p { white-space: pre-line; }
dl { display: flex; flex-wrap: wrap; gap: 8px 32px; }
.whole { width: 100%; }
dl:empty { display: none; }
dd b { font-weight: 600; }
img { display: block; width: 100%; border-radius: 6px; }
.message > div > img { width: 520px; margin-top: 6px; }
.message > div:last-child { min-width: 0; flex: 1; overflow-wrap: anywhere; }
.sheet { columns: var(--columns); column-gap: 24px; }
.sheet .message { break-inside: avoid; padding: 10px 0; border-bottom: 1px solid var(--button); }
.sheet .embed, .sheet .message > div > img { width: 100%; max-width: 520px; }
.sheet img { max-height: 180px; object-fit: cover; }
.small { float: right; width: 72px; }
.field { padding: 6px 10px; border: 1px solid var(--button); border-radius: 6px; white-space: pre-wrap; }
.row .list { display: block; width: 100%; white-space: normal; }
.list small { display: block; color: var(--quiet); }
code { padding: 0 3px; border-radius: 3px; background: var(--button); }
.section { display: flex; gap: 16px; justify-content: space-between; }
.section img { width: 85px; height: 85px; object-fit: cover; }
.gallery { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; }
h2 { font-size: 17px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.row span { padding: 6px 12px; border-radius: 6px; background: var(--button); font-weight: 500; white-space: nowrap; }
.row .primary { background: #5b5bd6; color: #fff; }
.row .success { background: #2b7d47; color: #fff; }
.row .danger { background: #c03d42; color: #fff; }
.caption { margin: 12px 0 0 52px; color: var(--quiet); font-size: 12px; }`;
