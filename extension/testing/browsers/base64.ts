import '../../features/messaging/encodedFile.ts';

/** Node does not have these yet; both browsers do. */
Object.assign(Uint8Array, {
  fromBase64: (text: string) => Uint8Array.from(Buffer.from(text, 'base64')),
});
Object.assign(Uint8Array.prototype, {
  toBase64(this: Uint8Array) {
    return Buffer.from(this).toString('base64');
  },
});
