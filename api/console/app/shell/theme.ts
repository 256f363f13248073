import { signal } from '@preact/signals';

export const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const storageKey = 'theme';

/** This browser's choice; `auto` follows the system. */
export const theme = signal<Theme>(readTheme());

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(storageKey, chosen);
  showTheme();
}

/** Puts it on the page. */
export function showTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'auto') delete dataset.theme;
  else dataset.theme = theme.value;
}

function readTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return themes.find((one) => one === stored) ?? 'auto';
}
