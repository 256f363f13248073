import { signal } from '@preact/signals';

/** The key of the place that the person looks at; undefined: the newest. */
export const chosenKey = signal<string | undefined>(undefined);
