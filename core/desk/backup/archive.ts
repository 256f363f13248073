import { once } from 'node:events';
import { Readable } from 'node:stream';
import { type Extract, extract, type Pack, pack } from 'tar-stream';
import { BackupFault, UnopenedBackup } from './format.ts';
import { type OpenKeys, openSealedFile, type SealKeys, sealFile } from './sealedFile.ts';

export interface ArchiveWriter {
  add(name: string, body: string): Promise<void>;
  /** Rejects if the stream has another length. */
  addStream(name: string, bytes: number, body: Readable): Promise<void>;
}

/** Writes an archive entry by entry, into memory no more than the streams hold. */
export async function writeArchive(
  path: string,
  keys: SealKeys,
  produce: (writer: ArchiveWriter) => Promise<void>,
): Promise<void> {
  const archive = pack();
  const stopped = new AbortController();
  const writing = sealFile(path, keys, Readable.from(archive)).catch((error: unknown) => {
    stopped.abort(error);
    throw error;
  });
  const producing = produce(createWriter(archive, stopped.signal)).then(
    () => archive.finalize(),
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    },
  );
  const [written, produced] = await Promise.allSettled([writing, producing]);
  if (stopped.signal.aborted && produced.status === 'fulfilled') throw stopped.signal.reason;
  // What failed first: the other end then fails because of it.
  if (produced.status === 'rejected') throw produced.reason;
  if (written.status === 'rejected') throw written.reason;
}

function createWriter(archive: Pack, signal: AbortSignal): ArchiveWriter {
  const addStream = async (name: string, bytes: number, body: Readable) => {
    signal.throwIfAborted();
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    const entry = archive.entry({ name, size: bytes, mode: 0o600 }, (error) =>
      error ? reject(error) : resolve(),
    );
    for await (const chunk of body) {
      signal.throwIfAborted();
      if (!entry.write(chunk)) await once(entry, 'drain', { signal });
    }
    entry.end(undefined);
    await ended;
  };
  return {
    addStream,
    add(name, body) {
      const bytes = Buffer.from(body);
      return addStream(name, bytes.length, Readable.from([bytes], { objectMode: false }));
    },
  };
}

export interface ArchiveEntry {
  name: string;
  bytes: number;
  /** To be read to its end before the next entry. */
  body: Readable;
}

/**
 * Hands out the entries in their order. Ends well only after the last byte of the file was found authentic.
 * @throws BackupFault for a file that was not made for these keys, or is not as it was made.
 */
export async function* readArchive(path: string, keys: OpenKeys): AsyncGenerator<ArchiveEntry> {
  const archive = extract();
  const left = new AbortController();
  try {
    const source = await openSealedFile(path, keys);
    const feeding = feed(source, archive, left.signal);
    // It is awaited below; until then its fault shows at the entries.
    feeding.catch((error: Error) => archive.destroy(error));
    for await (const entry of archive) {
      const { name, size = 0, type } = entry.header;
      if (type !== 'file') throw new BackupFault(`The backup has an entry that is no file: ${type}.`);
      yield { name, bytes: size, body: Readable.from(describeFaults(path, entry), { objectMode: false }) };
    }
    await feeding;
  } catch (error) {
    throw describeFault(path, error);
  } finally {
    left.abort();
    archive.destroy();
  }
}

async function feed(source: Readable, archive: Extract, signal: AbortSignal): Promise<void> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    if (!archive.write(chunk)) await once(archive, 'drain', { signal });
  }
  archive.end(undefined);
}

async function* describeFaults(path: string, entry: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* entry;
  } catch (error) {
    throw describeFault(path, error);
  }
}

/** What is thrown here comes from the disk or from reading the file: who takes the entries is not inside. */
function describeFault(path: string, error: unknown): unknown {
  if (error instanceof BackupFault || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ENOENT') return new UnopenedBackup(`There is no file ${path}.`);
  if ('syscall' in error) return error;
  return error.message.includes('no identity matched')
    ? new UnopenedBackup(`${path} was not made for this identity or passphrase.`, { cause: error })
    : new BackupFault(`${path} is damaged or was cut off (${error.message}).`, { cause: error });
}
