import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, expect, test, vi } from 'vitest';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import { BackupFault } from './format.ts';
import { readBackup } from './readBackup.ts';
import type { SealKeys } from './sealedFile.ts';

const dir = mkdtempSync(join(tmpdir(), 'damaged-'));
afterAll(() => rmSync(dir, { recursive: true }));

const identity = await generateIdentity();
const recipient = await identityToRecipient(identity);
const seal: SealKeys = { recipients: [recipient] };
const open = { identities: [identity] };

const header = {
  format: 1,
  createdAt: '2026-11-27T12:00:00.000Z',
  migrations: ['0001_initial'],
  tables: [{ name: 'users', columns: ['id'] }],
  objects: 'with',
};
const noObjects = {
  count: 0,
  bytes: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  missing: 0,
  missingKeys: [],
};

let files = 0;
/** An archive as whoever knows the recipient could make it. */
async function makeArchive(write: (writer: ArchiveWriter) => Promise<void>): Promise<string> {
  files += 1;
  const path = join(dir, `${files}.age`);
  await writeArchive(path, seal, async (writer) => {
    await writer.add('backup.json', JSON.stringify(header));
    await write(writer);
  });
  return path;
}

const makeEmpty = () =>
  makeArchive(async (writer) => {
    const tables = { users: { rows: 0, sha256: noObjects.sha256 } };
    await writer.add('manifest.json', JSON.stringify({ tables, objects: noObjects }));
  });

/** Long enough for several of the pieces that are authenticated one by one. */
const makeLong = () =>
  makeArchive((writer) =>
    writer.addStream('objects/outputs/a.png', 300_000, Readable.from([Buffer.alloc(300_000, 7)])),
  );

test('a backup does not open with an identity that it was not made for', async () => {
  const other = { identities: [await generateIdentity()] };
  await expect(readBackup(await makeEmpty(), other)).rejects.toThrow('was not made for this identity');
});

test('a backup that was cut anywhere is refused', async () => {
  const path = await makeLong();
  const { length } = await readFile(path);
  for (const rest of [length - 1, length - 70_000, 65_552 * 2 + 200, 100]) {
    await truncate(path, rest);
    await expect(readBackup(path, open)).rejects.toThrow(BackupFault);
  }
});

test('a backup with one changed byte is refused', async () => {
  const path = await makeLong();
  const bytes = await readFile(path);
  for (const at of [30, bytes.length >> 1, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await writeFile(path, changed);
    await expect(readBackup(path, open)).rejects.toThrow(BackupFault);
  }
});

test.each([
  'objects/../../etc/passwd.png',
  'objects//etc/passwd.png',
  'objects/outputs/../../a.png',
  'objects/outputs/.hidden.png',
  'objects/outputs/run.sh',
  '../backup.json',
  '/etc/passwd',
  'tables/../users/000001.jsonl',
  'tables/mysql.user/000001.jsonl',
  'tables/users/000002.jsonl',
])('an archive with the entry %s is refused', async (name) => {
  const path = await makeArchive((writer) => writer.add(name, '["a"]\n'));
  const handed = vi.fn(async () => undefined);
  await expect(readBackup(path, open, { rows: handed, object: handed })).rejects.toThrow(BackupFault);
  expect(handed).not.toHaveBeenCalled();
});

test('an archive with a row of another shape is refused', async () => {
  const path = await makeArchive((writer) => writer.add('tables/users/000001.jsonl', '[{"sql":"x"}]\n'));
  await expect(readBackup(path, open)).rejects.toThrow('a row that does not fit its table');
});

test.each(['tables/users/000001.jsonl', 'manifest.json'])(
  'a huge %s is refused before it is read into memory',
  async (name) => {
    let sent = 0;
    const piece = Buffer.alloc(1_000_000, 0x20);
    const body = function* () {
      for (; sent < 80; sent++) yield piece;
    };
    const path = await makeArchive((writer) => writer.addStream(name, 80_000_000, Readable.from(body())));
    await expect(readBackup(path, open)).rejects.toThrow('has 80000000 bytes');
  },
);

test('an archive with other rows than its manifest says is refused', async () => {
  const path = await makeArchive(async (writer) => {
    await writer.add('tables/users/000001.jsonl', '["a"]\n');
    const tables = { users: { rows: 1, sha256: 'a'.repeat(64) } };
    await writer.add('manifest.json', JSON.stringify({ tables, objects: noObjects }));
  });
  await expect(readBackup(path, open)).rejects.toThrow('is not what its manifest says');
});

test('an archive without its manifest is refused', async () => {
  const path = await makeArchive(async () => undefined);
  await expect(readBackup(path, open)).rejects.toThrow('has no end');
});
