/** A file without a workflow that can be read; the message says what to do. */
export class UnreadableFile extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableFile';
  }
}

/** `length` bytes from `start`, all of which must exist. */
export function requirePart(file: Buffer, start: number, length: number): Buffer {
  if (start < 0 || length < 0 || start + length > file.length)
    throw new UnreadableFile('The file is damaged or cut off.');
  return file.subarray(start, start + length);
}
