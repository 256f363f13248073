import { signal } from '@preact/signals';

/** The workflow whose form was filled in from elsewhere, until the form has taken the focus. */
export const filledIn = signal<string | undefined>(undefined);
