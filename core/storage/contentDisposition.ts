/** A `Content-Disposition` that saves under `downloadName`, in the two spellings of RFC 6266 §4.3. */
export function contentDisposition(downloadName: string): string {
  const ascii = downloadName.replaceAll(/[^\w .()-]/g, '_');
  const extended = encodeURIComponent(downloadName).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
