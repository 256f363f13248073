const width = 720;
const [margin, headHeight, footHeight] = [24, 56, 40];
const [lineHeight, rowHeight, boxHeight, labelWidth] = [20, 44, 32, 190];
const characterWidth = 7.3;

/** What readers replace by their own. */
const own = /(https:\/\/pictures\.example|sgk_…)/;
const legend = 'In bold: the address of your platform, and your key.';

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const plain = (markdown: string): string => markdown.replaceAll(/[`*]/g, '').trim();

/** A line of code, or what a field holds. */
function write(text: string, x: number, y: number): string {
  const mostCharacters = Math.floor((width - margin - x) / characterWidth);
  if (text.length > mostCharacters) throw new Error(`a picture has room for ${mostCharacters} of: ${text}`);
  const parts = text
    .split(own)
    .map((part, at) => (at % 2 === 1 ? `<tspan class="own">${escapeText(part)}</tspan>` : escapeText(part)));
  return `<text x="${x}" y="${y}" class="code" xml:space="preserve">${parts.join('')}</text>`;
}

const readFields = (section: string): string[][] => {
  const [, rows = ''] = /^\| field \| what to type \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(section) ?? [];
  return rows
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => row.slice(1, -1).split(' | ').map(plain));
};

/** The file or the fields that a section of the page tells to fill, as a picture for light and dark ground. */
export function drawRecipe(section: string): string {
  const [, name = ''] = /^(.+)\n/.exec(section) ?? [];
  const [, where = ''] = /^(?:In )?([*`].+?[*`])(?=[,.:; ])/m.exec(section) ?? [];
  const [, code = ''] = /^```\w+\n([\s\S]*?)\n```$/m.exec(section) ?? [];
  const fields = readFields(section);
  const lines = fields.length > 0 ? [] : code.split('\n');
  const drawn = [
    ...lines.map((line, at) => write(line, margin, headHeight + 24 + at * lineHeight)),
    ...fields.map(([label = '', value = ''], at) => {
      const y = headHeight + 16 + at * rowHeight;
      const box = `<rect x="${labelWidth}" y="${y}" width="${width - labelWidth - margin}" height="${boxHeight}" rx="6" class="field"/>`;
      const text = `<text x="${margin}" y="${y + 21}" class="quiet">${escapeText(label)}</text>`;
      return `${text}${box}${write(value, labelWidth + 12, y + 21)}`;
    }),
  ];
  const bodyHeight = 16 + fields.length * rowHeight + lines.length * lineHeight;
  const height = headHeight + bodyHeight + footHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(name)}">
<style>
text { font-family: system-ui, sans-serif; font-size: 13px; }
.card { fill: #ffffff; stroke: #dcdbe3; } .line { stroke: #dcdbe3; } .field { fill: #f3f3f7; stroke: #dcdbe3; }
.name { font-size: 16px; font-weight: 600; fill: #1d1d24; } .quiet { fill: #56565f; }
.code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px; fill: #1d1d24; }
.own { fill: #4a52d6; font-weight: 600; }
@media (prefers-color-scheme: dark) {
.card { fill: #15151d; stroke: #32333f; } .line { stroke: #32333f; } .field { fill: #1f2029; stroke: #32333f; }
.name, .code { fill: #eeeef3; } .quiet { fill: #afafb9; } .own { fill: #97a3ff; }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" class="card"/>
<text x="${margin}" y="35" class="name">${escapeText(name)}</text>
<text x="${width - margin}" y="35" class="quiet" text-anchor="end">${escapeText(plain(where))}</text>
<line x1="0" x2="${width}" y1="${headHeight}" y2="${headHeight}" class="line"/>
${drawn.join('\n')}
<text x="${margin}" y="${height - 16}" class="quiet">${legend}</text>
</svg>
`;
}
