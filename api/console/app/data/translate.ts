import { signal } from '@preact/signals';

/** The server's sentences in Chinese; none before they are loaded. What shows one is drawn anew when they have come. */
export const translate = signal<(english: string) => string | undefined>(() => undefined);
let loading: Promise<void> | undefined;

/** Only whoever reads Chinese loads them. Where they do not come, the general sentences stay. */
export function loadTranslations(): Promise<void> {
  loading ??= import('@star-graph/workflows/shared/chineseSentences').then(
    ({ sayInChinese }) => {
      translate.value = sayInChinese;
    },
    (error: unknown) => {
      loading = undefined;
      console.warn('the Chinese sentences did not arrive', error);
    },
  );
  return loading;
}
