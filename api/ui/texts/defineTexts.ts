import { type Language, language } from './language.ts';

type Text = string | ((...values: never[]) => string);

/** A text without parts is a string, one with parts a function. */
type Texts<Table extends Record<string, Record<Language, Text>>> = {
  readonly [Name in keyof Table]: Table[Name]['en'] extends string ? string : Table[Name]['en'];
};

/** Both languages must take the same parts. */
type Alike<Table extends Record<string, Record<Language, Text>>> = {
  [Name in keyof Table]: Table[Name]['en'] extends string
    ? Record<Language, string>
    : Record<Language, Table[Name]['en']>;
};

/**
 * The texts of a component or view, in both languages: `texts.title`, `texts.left(3)`. They read the language when
 * they are drawn, so a view that uses them is drawn anew when it changes.
 */
export function defineTexts<const Table extends Record<string, Record<Language, Text>>>(
  table: Table & Alike<Table>,
): Texts<Table> {
  const texts = {};
  for (const [name, forms] of Object.entries(table))
    Object.defineProperty(texts, name, { enumerable: true, get: () => forms[language.value] });
  return texts as Texts<Table>;
}
