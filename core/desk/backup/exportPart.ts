import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { fileNameOf, listOwnData } from './listOwnData.ts';

/*
 * An export is a row of ZIP files, each whole by itself: first the data, then the files in the order of their ids, some
 * hundred megabytes at a time. Nothing is prepared or kept, so there is no link that could leak or expire, and a client
 * whose connection is lost asks for that part again.
 */

interface Deps {
  database: Database;
  storage: Pick<Storage, 'open' | 'stat'>;
}

interface ExportPart {
  /** The bytes of a ZIP file; nothing is read before it is. */
  body: Readable;
  /** Where the next part begins; undefined after the last. */
  next: string | undefined;
}

const beginning = 'files';
const partFiles = 200;
const partBytes = 500_000_000;

/**
 * One part of a person's export.
 * @param cursor of the part before; absent: the data.
 * @throws Problem `invalid-params` for a cursor that is none.
 */
export async function openExportPart(
  deps: Deps,
  userId: string,
  cursor: string | undefined,
): Promise<ExportPart> {
  if (cursor === undefined) return { body: writeData(deps, userId), next: beginning };
  if (cursor !== beginning && !isId(cursor))
    throw new Problem('invalid-params', 'This is no place in an export. Begin without a cursor.', {
      errors: [{ pointer: '/cursor', message: 'Unknown.' }],
    });
  const found = await Asset.query(deps.database)
    .select('id', 'storageKey', 'bytes')
    .where({ userId })
    .whereNull('deletedAt')
    .whereNull('quarantinedAt')
    .where('id', '>', cursor === beginning ? '' : cursor)
    .orderBy('id')
    .limit(partFiles + 1);
  const assets = takePart(found);
  const last = assets.at(-1)?.id;
  return {
    body: await writeFiles(deps, assets),
    next: assets.length < found.length ? last : undefined,
  };
}

/** The assets of one part: at least one, however large it is. */
function takePart<Item extends Pick<Asset, 'bytes'>>(assets: readonly Item[]): Item[] {
  let bytes = 0;
  const end = assets.findIndex((asset, index) => {
    bytes += Number(asset.bytes);
    return index >= partFiles || (index > 0 && bytes > partBytes);
  });
  return end === -1 ? [...assets] : assets.slice(0, end);
}

function writeData({ database }: Deps, userId: string): Readable {
  const { zip, body, own } = createZip();
  for (const { name, lines } of listOwnData(database, userId))
    zip.addReadStreamLazy(name, { compress: true }, (open) => open(null, own(Readable.from(toText(lines)))));
  zip.end();
  return body;
}

const pieceCharacters = 65_536;

/** Many lines a piece: compressing each by itself costs more than all the rest of an export. */
export async function* toText(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += `${JSON.stringify(line)}\n`;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Pictures are compressed already. One whose object is gone is left out. */
async function writeFiles(
  { storage }: Deps,
  assets: readonly Pick<Asset, 'id' | 'storageKey'>[],
): Promise<Readable> {
  const { zip, body, own } = createZip();
  for (const asset of assets) {
    if (!(await storage.stat(asset.storageKey))) continue;
    zip.addReadStreamLazy(fileNameOf(asset), { compress: false }, (open) => {
      storage.open(asset.storageKey).then(
        (object) => (object ? open(null, own(object.stream)) : fail(new Error(`${asset.id} is gone`))),
        (error: Error) => fail(error),
      );
      const fail = (error: Error) => open(error, Readable.from([]));
    });
  }
  zip.end();
  return body;
}

interface OpenZip {
  zip: ZipFile;
  body: Readable;
  /** Closes an object's stream with the ZIP, also when its reader leaves, since the connection to the storage stays open otherwise. */
  own(source: Readable): Readable;
}

/** A fault of a source ends the whole part: the client sees a cut answer, and asks again. */
function createZip(): OpenZip {
  const zip = new ZipFile();
  const body = zip.outputStream as Readable;
  zip.on('error', (error: Error) => body.destroy(error));
  let current: Readable | undefined;
  body.once('close', () => current?.destroy());
  return {
    zip,
    body,
    own(source) {
      current = source;
      source.once('error', (error) => body.destroy(error));
      if (body.destroyed) source.destroy();
      return source;
    },
  };
}
