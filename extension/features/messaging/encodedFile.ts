/** TypeScript's own libraries do not know these yet; both browsers have had them since version 140. */
declare global {
  interface Uint8Array {
    toBase64(): string;
  }
  interface Uint8ArrayConstructor {
    fromBase64(text: string): Uint8Array<ArrayBuffer>;
  }
}

export async function encodeFile(file: Blob): Promise<EncodedFile> {
  return { base64: new Uint8Array(await file.arrayBuffer()).toBase64(), mime: file.type };
}

export const decodeFile = ({ base64, mime }: EncodedFile): Blob =>
  new Blob([Uint8Array.fromBase64(base64)], { type: mime });

/** Messages between extension contexts are JSON, which has no bytes. */
export interface EncodedFile {
  base64: string;
  mime: string;
}
