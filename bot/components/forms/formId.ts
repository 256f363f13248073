/**
 * The subject of a form. As with buttons, the whole state is the custom_id: forms are sent minutes later, perhaps to
 * another process.
 * - `asset`: repaints a picture that is already copied;
 * - `mask`: redraws a part of one;
 * - `gift`: gives credits to a person;
 * - `run`: a workflow, with the picture, film or sound that was attached to the command.
 */
export type FormId =
  | { form: 'asset' | 'mask'; assetId: string; parentId?: string }
  | { form: 'gift'; personId: string }
  | { form: 'run'; workflow: string; assetId?: string; kind?: 'video' | 'audio' };

/** The id of a form about a picture that was copied already. */
export type PictureFormId = Extract<FormId, { assetId: string; form: 'asset' | 'mask' }>;

const version = 'sgf1';
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const snowflake = '[0-9]{15,20}';
const patterns = {
  asset: new RegExp(`^${version}:asset:(${uuid}):(${uuid})?$`),
  mask: new RegExp(`^${version}:mask:(${uuid}):(${uuid})?$`),
  gift: new RegExp(`^${version}:gift:(${snowflake})$`),
  // The name of a workflow may be so long that a whole id would not fit beside it.
  run: new RegExp(`^${version}:run:([a-z0-9][a-z0-9-]{0,62}):(?:([va])?([\\w-]{22}))?$`),
};

const packId = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
const unpackId = (packed: string): string =>
  Buffer.from(packed, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export function formatFormId(id: FormId): string {
  switch (id.form) {
    case 'asset':
    case 'mask':
      return `${version}:${id.form}:${id.assetId}:${id.parentId ?? ''}`;
    case 'gift':
      return `${version}:gift:${id.personId}`;
    case 'run':
      return `${version}:run:${id.workflow}:${id.kind?.[0] ?? ''}${id.assetId === undefined ? '' : packId(id.assetId)}`;
  }
}

/** Undefined for an unknown form: custom_ids come back from clients, which can forge them. */
export function parseFormId(customId: string): FormId | undefined {
  const [, kind] = /^[^:]*:([a-z]+):/.exec(customId) ?? [];
  if (kind === undefined || !Object.hasOwn(patterns, kind)) return undefined;
  const form = kind as FormId['form'];
  const [, first, second, third] = patterns[form].exec(customId) ?? [];
  if (first === undefined) return undefined;
  switch (form) {
    case 'asset':
    case 'mask':
      return { form, assetId: first, ...(second === undefined ? {} : { parentId: second }) };
    case 'gift':
      return { form, personId: first };
    case 'run':
      return {
        form,
        workflow: first,
        ...(third === undefined ? {} : { assetId: unpackId(third) }),
        ...(second === undefined ? {} : { kind: second === 'v' ? 'video' : 'audio' }),
      };
  }
}
