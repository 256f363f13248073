import { DiscordRefusal } from './state.ts';

const tooLong = (what: string, limit: number) =>
  new DiscordRefusal(400, 50035, `Invalid Form Body: ${what} must be ${limit} or fewer in length.`);

/** Loose, since a body is untrusted. */
export interface MessageBody {
  content?: string | null;
  embeds?: LooseEmbed[] | null;
  components?: LooseComponent[] | null;
  attachments?: { id: string | number; filename?: string }[];
  allowed_mentions?: { parse?: string[]; users?: string[] };
  message_reference?: { message_id: string };
  flags?: number;
}
interface LooseEmbed {
  title?: string;
  description?: string;
  fields?: { name: string; value: string }[];
  footer?: { text: string };
  image?: { url: string };
}
interface LooseComponent {
  type: number;
  custom_id?: string;
  label?: string;
  style?: number;
  url?: string;
  emoji?: { name?: string; id?: string };
  placeholder?: string;
  components?: LooseComponent[];
  content?: string;
  accessory?: LooseComponent;
  items?: { media?: { url?: string } }[];
  options?: { label?: string; value?: string }[];
}

const componentTypes = {
  row: 1,
  button: 2,
  select: 3,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  separator: 14,
  container: 17,
};
/** Of Components V2: such a message has neither content nor embeds, and stays one. */
export const partsFlag = 1 << 15;

/** The documented limits of a message; the first that is broken is refused with 50035. */
export function checkMessage(body: MessageBody): void {
  if ((body.content ?? '').length > 2_000) throw tooLong('content', 2_000);
  checkEmbeds(body.embeds ?? []);
  if (((body.flags ?? 0) & partsFlag) === 0) checkComponents(body.components ?? []);
  else checkParts(body);
  // Discord's default would ping everybody named in the text.
  const { parse, users } = body.allowed_mentions ?? {};
  if (parse?.includes('users') && users !== undefined)
    throw new DiscordRefusal(
      400,
      50035,
      'Invalid Form Body: parse:["users"] and users are mutually exclusive.',
    );
  if (body.content && (parse ?? (users ? [] : undefined))?.length !== 0)
    throw new DiscordRefusal(400, 50035, 'The stand-in insists on allowed_mentions that name who is pinged.');
}

function checkEmbeds(embeds: readonly LooseEmbed[]): void {
  if (embeds.length > 10) throw tooLong('embeds', 10);
  let total = 0;
  for (const { title = '', description = '', fields = [], footer } of embeds) {
    const parts: [string, string, number][] = [
      ['title', title, 256],
      ['description', description, 4_096],
      ['footer', footer?.text ?? '', 2_048],
      ...fields.flatMap(({ name, value }): [string, string, number][] => [
        ['field name', name, 256],
        ['field value', value, 1_024],
      ]),
    ];
    if (fields.length > 25) throw tooLong('fields', 25);
    if (fields.some(({ name, value }) => name === '' || value === ''))
      throw new DiscordRefusal(400, 50035, 'Invalid Form Body: a field needs a name and a value.');
    for (const [what, text, limit] of parts) {
      if (text.length > limit) throw tooLong(what, limit);
      total += text.length;
    }
  }
  if (total > 6_000) throw tooLong('embeds together', 6_000);
}

const invalid = (what: string) => new DiscordRefusal(400, 50035, `Invalid Form Body: ${what}`);

function checkParts({ content, embeds, components }: MessageBody): void {
  if (content || (embeds ?? []).length > 0) throw invalid('parts come without content and embeds.');
  const inner = (part: LooseComponent): LooseComponent[] => [
    part,
    ...[...(part.components ?? []), ...(part.accessory ? [part.accessory] : [])].flatMap(inner),
  ];
  const parts = (components ?? []).flatMap(inner);
  if (parts.length < 1 || parts.length > 40) throw tooLong('components', 40);
  const texts = parts.filter(({ type }) => type === componentTypes.text).map((part) => part.content ?? '');
  if (texts.some((text) => text === '')) throw invalid('a text is empty.');
  if (texts.join('').length > 4_000) throw tooLong('texts together', 4_000);
  for (const part of parts) {
    const { type, components: held = [], accessory, items = [] } = part;
    if (type === componentTypes.container && held.some((one) => one.type === componentTypes.container))
      throw invalid('a container is in a container.');
    if (type === componentTypes.section && (held.length < 1 || held.length > 3 || !accessory))
      throw invalid('a section has one to three texts and something beside them.');
    if (type === componentTypes.gallery && (items.length < 1 || items.length > 10))
      throw tooLong('items', 10);
  }
  checkRows(parts.filter(({ type }) => type === componentTypes.row));
}

function checkComponents(rows: readonly LooseComponent[]): void {
  if (rows.length > 5) throw tooLong('components', 5);
  checkRows(rows);
}

function checkRows(rows: readonly LooseComponent[]): void {
  const ids: string[] = [];
  for (const row of rows) {
    const parts = row.components ?? [];
    if (row.type !== componentTypes.row || parts.length === 0 || parts.length > 5)
      throw tooLong('buttons of a row', 5);
    for (const part of parts) {
      if (part.url === undefined) ids.push(part.custom_id ?? '');
      if (part.type === componentTypes.select) checkSelect(part, parts.length);
      else checkButton(part);
    }
  }
  if (ids.some((id) => id.length < 1 || id.length > 100)) throw tooLong('custom_id', 100);
  if (new Set(ids).size !== ids.length)
    throw new DiscordRefusal(400, 50035, 'Invalid Form Body: custom_id is used twice.');
}

function checkButton({ label = '', emoji }: LooseComponent): void {
  if (label.length > 80) throw tooLong('label', 80);
  if (label === '' && emoji === undefined)
    throw new DiscordRefusal(400, 50035, 'Invalid Form Body: a button needs a label or an emoji.');
}

/** A list has its row for itself. */
function checkSelect({ options = [], placeholder = '' }: LooseComponent, partsInRow: number): void {
  if (partsInRow !== 1) throw tooLong('lists of a row', 1);
  if (placeholder.length > 150) throw tooLong('placeholder', 150);
  if (options.length < 1 || options.length > 25) throw tooLong('options', 25);
  for (const { label = '', value = '' } of options) {
    if (label.length < 1 || label.length > 100) throw tooLong('label', 100);
    if (value.length < 1 || value.length > 100) throw tooLong('value', 100);
  }
  if (new Set(options.map(({ value }) => value)).size !== options.length)
    throw new DiscordRefusal(400, 50035, 'Invalid Form Body: a value is offered twice.');
}

/** Limits of a modal. */
export function checkModal(data: { title?: string; custom_id?: string; components?: unknown[] }): void {
  if ((data.title ?? '').length > 45 || !data.title) throw tooLong('title', 45);
  if (!data.custom_id || data.custom_id.length > 100) throw tooLong('custom_id', 100);
  const count = data.components?.length ?? 0;
  if (count < 1 || count > 5) throw tooLong('components', 5);
}
