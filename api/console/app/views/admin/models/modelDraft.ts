import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';

type Entry = NonNullable<AdminModelView['edited']['fields']>;
type Licence = NonNullable<Entry['licence']>;
export const allRoles = ['user', 'moderator', 'admin'] as const;
type Role = (typeof allRoles)[number];

/** What administrators say of a model while they write it: empty is what the layer below says. */
export interface ModelDraft {
  en: string;
  zh: string;
  family: Entry['family'];
  /** The id of a picture. */
  sample: string | null;
  licence: string;
  licenceUrl: string;
  mayBeSold: Licence['mayBeSold'];
  /** With commas between them. */
  words: string;
  roles: readonly Role[];
  percent: number | undefined;
  isHidden: boolean;
}

export function readDraft({ edited, fields }: Pick<AdminModelView, 'edited' | 'fields'>): ModelDraft {
  const said = edited.fields;
  return {
    en: said?.title?.en ?? '',
    zh: said?.title?.['zh-CN'] ?? '',
    family: said?.family ?? null,
    sample: said?.sample ?? null,
    licence: said?.licence?.name ?? '',
    licenceUrl: said?.licence?.url ?? '',
    mayBeSold: said?.licence?.mayBeSold ?? 'unknown',
    words: (said?.triggerWords ?? []).join(', '),
    roles: fields.roles ?? allRoles,
    percent: said?.pricePercent ?? undefined,
    isHidden: fields.hidden ?? false,
  };
}

/** As a request says it. */
export function toEntry(
  { fromFolder, edited }: Pick<AdminModelView, 'fromFolder' | 'edited'>,
  draft: ModelDraft,
): Entry {
  const words = draft.words.split(/[,，\n]/u).flatMap((word) => word.trim() || []);
  const below = fromFolder.fields;
  const url = draft.licenceUrl.trim();
  return {
    title: draft.en === '' && draft.zh === '' ? null : { en: draft.en, 'zh-CN': draft.zh },
    family: draft.family,
    sample: draft.sample,
    licence:
      draft.licence.trim() === ''
        ? null
        : { name: draft.licence, url: url === '' ? null : url, mayBeSold: draft.mayBeSold },
    triggerWords: words.length === 0 ? null : words,
    // What was said, or is said by the folder, is opened again only by saying so.
    roles: draft.roles.length === allRoles.length && !below?.roles ? null : [...draft.roles],
    pricePercent: draft.percent ?? null,
    hidden: draft.isHidden || (below?.hidden ? false : edited.fields?.hidden === false ? false : null),
  };
}
