import { signal } from '@preact/signals';

/** The key of the place that the person looks at; undefined: the newest. */
export const chosenKey = signal<string | undefined>(undefined);

/** The workflow whose picture is painted over on the stage, in place of what was made. */
export const painting = signal<string | undefined>(undefined);

/** Brings a place to the stage. */
export function lookAt(key: string): void {
  chosenKey.value = key;
  painting.value = undefined;
}
