import { signal } from '@preact/signals';

/** A picture that another app, or another view, has handed over; Create takes it as if it were dropped there. */
export const sharedPicture = signal<File | undefined>(undefined);

/** Opens Create with a picture. */
export function takeSharedPicture(file: File): void {
  sharedPicture.value = file;
  history.pushState(null, '', '/create');
  // The router follows the history.
  dispatchEvent(new PopStateEvent('popstate'));
}
