const key = 'star-graph.form.more';

/** Of this page, for browsers that store nothing. */
let remembered = false;

export function isMoreOpen(): boolean {
  try {
    return localStorage.getItem(key) === 'open';
  } catch {
    // The browser refuses storage: then it is remembered until the page is closed.
    return remembered;
  }
}

export function keepMoreOpen(isOpen: boolean): void {
  remembered = isOpen;
  try {
    localStorage.setItem(key, isOpen ? 'open' : 'closed');
  } catch {
    // Remembered above.
  }
}
