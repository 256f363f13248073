import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TranslationView } from '@star-graph/contract/tasks/translation';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { MessageKey } from '../../../i18n/translate.ts';

/** A sentence by its key, with what stands in it. */
export type Line = readonly [key: MessageKey, ...substitutions: string[]];

/** Longer values are cut. */
const shownCharacters = 40;

/** @param workflows the new one and the one before, for the names of their parameters */
export function listTranslationLines(
  notes: TranslationView['notes'],
  workflows: readonly (WorkflowView | undefined)[],
  { locale, sizeTitle }: { locale: 'en' | 'zh-CN'; sizeTitle: string },
): Line[] {
  const titleOf = (param: string): string => {
    if (param === 'size') return sizeTitle;
    const schemas = workflows.map(
      (workflow) => (workflow?.params as ParamSchema | undefined)?.properties?.[param],
    );
    const schema = schemas.find((one) => one !== undefined);
    return schema?.['x-title']?.[locale] ?? schema?.title ?? param;
  };
  return notes.map((note) => toLine(note, titleOf(note.param)));
}

function toLine({ code, from, to }: TranslationView['notes'][number], title: string): Line {
  switch (code) {
    case 'size':
    case 'nearest':
      return ['translated_changed', title, show(from), show(to)];
    case 'default':
      return show(to) === '' ? ['translated_default', title] : ['translated_default_value', title, show(to)];
    case 'result':
    case 'dropped':
    case 'needed':
      return [`translated_${code}`, title];
  }
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object' && 'width' in value && 'height' in value)
    return `${String(value.width)} × ${String(value.height)}`;
  const characters = [...(typeof value === 'object' ? JSON.stringify(value) : String(value))];
  return characters.length <= shownCharacters
    ? characters.join('')
    : `${characters.slice(0, shownCharacters).join('')}…`;
}
