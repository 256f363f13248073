import { signal } from '@preact/signals';

/** The form that was filled with somebody else's settings, and the task that what it makes goes on from. */
export const remixing = signal<{ workflow: string; parentId: string } | undefined>(undefined);
