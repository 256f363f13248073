/** Makes the page installable, and lets it begin offline. Browsers allow it over HTTPS and on this machine alone. */
export function registerWorker(): void {
  if (!isSecureContext || !('serviceWorker' in navigator)) return;
  const register = () =>
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
      // The page does without; private windows forbid it.
      console.warn('service worker', error);
    });
  // What it keeps must not delay what the page needs first.
  if (document.readyState === 'complete') void register();
  else addEventListener('load', () => void register(), { once: true });
}
