import { type FileFault, type LayerFile, LayerFileError } from './layerFile.ts';
import { readOra } from './ora.ts';
import { psdSignature, readPsd, writePsd } from './psd.ts';

export type FileOrder =
  | { read: Uint8Array<ArrayBuffer> }
  | { write: LayerFile; merged: Uint8ClampedArray<ArrayBuffer> };

export type FileAnswer = { read: LayerFile } | { written: Uint8Array<ArrayBuffer> } | { fault: FileFault };

const isPsd = (file: Uint8Array): boolean =>
  [...psdSignature].every((letter, at) => file[at] === letter.charCodeAt(0));

async function carryOut(order: FileOrder): Promise<FileAnswer> {
  if ('write' in order) return { written: writePsd(order.write, order.merged) };
  const read = isPsd(order.read) ? readPsd(order.read) : await readOra(order.read);
  return { read };
}

addEventListener('message', ({ data }: MessageEvent<FileOrder>) => {
  carryOut(data).then(
    (answer) => postMessage(answer),
    (error: unknown) => {
      if (error instanceof LayerFileError) postMessage({ fault: error.fault } satisfies FileAnswer);
      // The page hears of it as of any error of a worker.
      else reportError(error);
    },
  );
});
