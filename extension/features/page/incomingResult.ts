import { decodeFile } from '../messaging/encodedFile.ts';
import type { ResultPart } from '../messaging/protocol.ts';

/** A result in transit to the page. Received parts stay even if the worker that sent them dies. */
export interface IncomingResult {
  /** Each part is its own blob: the browser may keep blobs out of the page's memory. */
  parts: Blob[];
  bytes: number;
  totalBytes?: number;
  /** The next part was requested over the current connection. */
  isAsked: boolean;
}

export const createIncomingResult = (): IncomingResult => ({ parts: [], bytes: 0, isAsked: false });

/** A result with the size that it says it has, in pixels. */
export interface ArrivedResult {
  file: Blob;
  width: number;
  height: number;
}

/** @returns the whole once the last part has come; a part that has come already changes nothing */
export function takePart(incoming: IncomingResult, part: ResultPart): ArrivedResult | undefined {
  if (part.fromByte !== incoming.bytes) return undefined;
  const bytes = decodeFile(part);
  incoming.isAsked = false;
  incoming.parts.push(bytes);
  incoming.bytes += bytes.size;
  incoming.totalBytes = part.totalBytes;
  if (incoming.bytes < part.totalBytes) return undefined;
  const file = new Blob(incoming.parts, { type: part.mime });
  return { file, width: part.width, height: part.height };
}

/** From 0 to 100; undefined until the size is known. */
export const percentOf = ({ bytes, totalBytes }: IncomingResult): number | undefined =>
  totalBytes === undefined ? undefined : (100 * bytes) / totalBytes;
