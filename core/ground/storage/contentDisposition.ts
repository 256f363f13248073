/** A `Content-Disposition` that saves under `downloadName`; other letters than ASCII need the second spelling of RFC 6266 §4.3. */
export function contentDisposition(downloadName: string): string {
  const ascii = downloadName.replaceAll(/[^\w .()-]/g, '_');
  if (ascii === downloadName) return `attachment; filename="${ascii}"`;
  const extended = encodeURIComponent(downloadName).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
