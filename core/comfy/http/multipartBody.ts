import { randomUUID } from 'node:crypto';

/**
 * The form of an upload (RFC 7578) as a Blob, whose bytes are read when they are sent. Not a `FormData`: Node reads
 * that on the side. When the request ends first (its signal was aborted, say), that read fails where no caller can
 * catch it, and the process ends.
 * @param name needs no escaping: the caller has checked it.
 */
export function multipartBody(file: Blob, name: string): Blob {
  const boundary = randomUUID();
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  return new Blob(
    [
      `${part('name="type"')}\r\ninput\r\n`,
      `${part(`name="image"; filename="${name}"`)}Content-Type: application/octet-stream\r\n\r\n`,
      file,
      `\r\n--${boundary}--\r\n`,
    ],
    { type: `multipart/form-data; boundary=${boundary}` },
  );
}
