import { isDeepStrictEqual } from 'node:util';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import type { Messages } from '../../replies/texts/en.ts';
import { en } from '../../replies/texts/en.ts';
import type { Locale } from '../../replies/texts/locale.ts';
import { zhCN } from '../../replies/texts/zhCN.ts';

/* Parameters that a form has no field for are typed into one text, each on a line of its own: `Steps: 20`. */

/** A parameter and its schema. */
export type Setting = readonly [param: string, schema: ParamSchema];

interface Reader {
  say: Messages;
  locale: Locale;
}

/** A parameter's name for people. */
export const titleOfParam = (param: string, schema: ParamSchema | undefined, locale: Locale): string =>
  schema?.['x-title']?.[locale] ?? schema?.title ?? param;

/** A list of model files, each with a weight. */
const isWeightedList = ({ type, items }: ParamSchema): boolean => {
  const { name, weight, ...others } = items?.properties ?? {};
  return type === 'array' && !!name && !!weight && Object.keys(others).length === 0;
};

/** Whether a line of text can hold its value. Nobody knows an asset by its id. */
export const isTypable = (schema: ParamSchema): boolean =>
  schema['x-asset'] === undefined &&
  (schema.enum !== undefined ||
    ['boolean', 'integer', 'number', 'string'].includes(schema.type ?? '') ||
    isWeightedList(schema));

/** The settings with their defaults. */
export const writeSettings = (reader: Reader, settings: readonly Setting[]): string =>
  settings
    .map(
      ([param, schema]) =>
        `${nameOf(param, schema, settings, reader.locale)}: ${writeDefault(reader, schema)}`,
    )
    .join('\n');

/** By the title, unless another one has the same. */
function nameOf(param: string, schema: ParamSchema, settings: readonly Setting[], locale: Locale): string {
  const title = titleOfParam(param, schema, locale);
  const isShared = settings.some(
    ([other, its]) => other !== param && titleOfParam(other, its, locale) === title,
  );
  return isShared ? param : title;
}

const charactersAtMost = 200;

function writeDefault({ say, locale }: Reader, schema: ParamSchema): string {
  const { default: value } = schema;
  if (typeof value === 'boolean') return value ? say.yes : say.no;
  if (Array.isArray(value))
    return value.map(({ name, weight }: { name: string; weight: number }) => `${name}:${weight}`).join(', ');
  const text = value === undefined || value === null ? '' : String(value);
  const shown = schema['x-names']?.[text]?.[locale] ?? text;
  // A cut value would be sent.
  return shown.includes('\n') || shown.length > charactersAtMost ? '' : shown;
}

/**
 * What was typed, without values that are the default: then the workflow chooses, as if nothing was said.
 * @param settings all that a line may name.
 * @throws Refusal for a line that names none of them, and for a number or a choice that is none.
 */
export function readSettings(
  reader: Reader,
  text: string,
  settings: readonly Setting[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [, name = '', typed = ''] = /^([^:：=]+)[:：=](.*)$/u.exec(line) ?? [];
    const [param, schema] = settings.find((setting) => namesOf(setting).includes(fold(name))) ?? [];
    if (param === undefined || schema === undefined)
      throw new Refusal(
        reader.say.settings.unknown(
          presentText(line, 60),
          reader.say.list(settings.map(([one, its]) => nameOf(one, its, settings, reader.locale))),
        ),
      );
    if (typed.trim() === '') continue;
    const value = readValue(reader, [param, schema], typed.trim());
    if (!isDeepStrictEqual(value, schema.default)) values[param] = value;
  }
  return values;
}

const fold = (text: string): string => text.trim().toLowerCase();

/** In both languages, since the form may have been opened in the other one. */
const namesOf = ([param, schema]: Setting): string[] =>
  [param, titleOfParam(param, schema, 'en'), titleOfParam(param, schema, 'zh-CN')].map(fold);

function readValue({ say, locale }: Reader, [param, schema]: Setting, typed: string): unknown {
  const refuse = () => new Refusal(say.badOption(titleOfParam(param, schema, locale)));
  if (schema.type === 'array') return typed.split(/[,，;；]/u).flatMap(readWeighted);
  if (schema.type === 'boolean') {
    if ([en.yes, zhCN.yes, 'true'].map(fold).includes(fold(typed))) return true;
    if ([en.no, zhCN.no, 'false'].map(fold).includes(fold(typed))) return false;
    throw refuse();
  }
  const isMeant = (choice: unknown) =>
    [String(choice), ...Object.values(schema['x-names']?.[String(choice)] ?? {})]
      .map(fold)
      .includes(fold(typed));
  const choice = schema.enum?.find(isMeant);
  if (choice !== undefined) return choice;
  if (schema.type !== 'integer' && schema.type !== 'number') return typed;
  const number = Number(typed.replace(',', '.'));
  if (Number.isNaN(number)) throw refuse();
  return number;
}

/** `name` or `name:0.8`. */
function readWeighted(text: string): { name: string; weight: number }[] {
  const [, name = '', weight = '1'] = /^(.*?)(?:[:：]\s*(-?\d+(?:\.\d+)?))?$/u.exec(text.trim()) ?? [];
  return name === '' ? [] : [{ name: name.trim(), weight: Number(weight) }];
}
