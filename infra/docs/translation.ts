import { createHash } from 'node:crypto';

/*
 * What holds a translated page to its English one. Below each of its headings a comment names the English heading, and has
 * the digest of the English text that was translated: `<!-- Signing in 0f1e2d3c -->`. Sections may be left out.
 */

export interface Section {
  heading: string;
  /** Without its heading. */
  text: string;
}

/** A page by its headings of the first two levels. */
export function readSections(page: string): Section[] {
  const sections: Section[] = [];
  let isCode = false;
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const heading = isCode ? undefined : /^##? (.+)$/.exec(line)?.[1];
    const last = sections.at(-1);
    if (heading !== undefined) sections.push({ heading, text: '' });
    else if (last !== undefined) last.text += `${line}\n`;
  }
  return sections;
}

export const digestOf = ({ heading, text }: Section): string =>
  createHash('sha256').update(`${heading}\n${text.trim()}`).digest('hex').slice(0, 8);

const mark = /^<!-- (.+) ([0-9a-f]{8}) -->$/m;

export interface TranslatedSection extends Section {
  /** The heading that it translates. */
  of: string;
  /** Undefined: the page has no such section any more. */
  english: Section | undefined;
  isStale: boolean;
}

/** The sections of a translated page, each beside its English one. One without a mark is of its own. */
export function pairSections(translated: string, english: string): TranslatedSection[] {
  const originals = readSections(english);
  return readSections(translated).flatMap(({ heading, text }) => {
    const [, of = '', digest = ''] = mark.exec(text) ?? [];
    if (of === '') return [];
    const original = originals.find((section) => section.heading === of);
    const isStale = original === undefined || digestOf(original) !== digest;
    return [{ heading, text: text.replace(mark, '').trim(), of, english: original, isStale }];
  });
}

/** Says which sections of a page were translated from another text than the English page has now. */
export const listStale = (translated: string, english: string): string[] =>
  pairSections(translated, english)
    .filter(({ isStale }) => isStale)
    .map(({ heading, of, english: now }) =>
      now === undefined
        ? `“${heading}” translates “${of}”, which the English page no longer has`
        : `“${heading}” translates “${of}”, which has changed; its digest is ${digestOf(now)} now`,
    );

/** A translated page for its readers, who are told where the English one has changed since. */
export function tellStale(translated: string, english: string, notice: string): string {
  const stale = new Set(
    pairSections(translated, english)
      .filter(({ isStale }) => isStale)
      .map(({ of }) => of),
  );
  return translated.replaceAll(new RegExp(mark, 'gm'), (comment, of: string) =>
    stale.has(of) ? `${comment}\n\n> ${notice}\n` : comment,
  );
}
