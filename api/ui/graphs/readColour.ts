/** A canvas knows no tokens: the browser says what one is here, in the theme of now. */
export function readColour(place: HTMLElement, token: string, share = 1): string {
  const probe = document.createElement('span');
  probe.style.color =
    share === 1 ? `var(--${token})` : `color-mix(in oklab, var(--${token}) ${share * 100}%, transparent)`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls when the theme may be another: the person's choice, or the system's. */
export function watchTheme(onChange: () => void): () => void {
  const chosen = new MutationObserver(onChange);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  return () => {
    chosen.disconnect();
    system.removeEventListener('change', onChange);
  };
}
