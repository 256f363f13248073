let saved: string | undefined;

/** The bytes of the last one are held until the next: nothing tells when the browser has taken them over. */
export function saveBlob(blob: Blob, name: string): void {
  if (saved !== undefined) URL.revokeObjectURL(saved);
  saved = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: saved, download: name }).click();
}
