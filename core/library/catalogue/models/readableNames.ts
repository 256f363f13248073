import type { LocalizedText } from '@star-graph/workflows';
import type { ModelEntries } from './entryIndex.ts';

/** Names of the files of one list as people read them. Files of the same name show their file names too. */
export function nameFiles(
  entries: Pick<ModelEntries, 'titleOf'>,
  folder: string,
  files: readonly string[],
): Record<string, LocalizedText> {
  const titles = files.map((name) => [name, entries.titleOf({ folder, name })] as const);
  const count = (locale: keyof LocalizedText) => {
    const counts = new Map<string, number>();
    for (const [, title] of titles) counts.set(title[locale], (counts.get(title[locale]) ?? 0) + 1);
    return (file: string, title: string) => ((counts.get(title) ?? 0) > 1 ? `${title} · ${file}` : title);
  };
  const shown = { en: count('en'), 'zh-CN': count('zh-CN') };
  return Object.fromEntries(
    titles.map(([file, title]) => [
      file,
      { en: shown.en(file, title.en), 'zh-CN': shown['zh-CN'](file, title['zh-CN']) },
    ]),
  );
}
