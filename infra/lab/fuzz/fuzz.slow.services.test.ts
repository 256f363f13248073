import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundary } from './forms.ts';
import { formats } from './pictures.ts';

const fuzzer = createRequire(import.meta.url).resolve('@jazzer.js/core/dist/cli.js');
const runs = 40_000;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-fuzz-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const seeds = {
  async pictures() {
    const drawn = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
    const exif = { IFD0: { Copyright: 'somebody' } };
    return Promise.all(
      formats.map(async (format, at) =>
        Buffer.concat([
          Buffer.from([at]),
          await drawn
            .clone()
            .withExif(exif)
            .toFormat(format === 'jpg' ? 'jpeg' : format)
            .toBuffer(),
        ]),
      ),
    );
  },
  async forms() {
    const part = (name: string, more = '') =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\nabc\r\n`;
    const form = `${part('a')}${part('image', '; filename="a.png"')}--${boundary}--\r\n`;
    return [part('a'), form, part('a').repeat(9)].map((text) => Buffer.from(`\x09${text}`));
  },
  async films() {
    const box = (type: string, ...parts: Buffer[]) => {
      const data = Buffer.concat(parts);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(8 + data.length);
      head.write(type, 4, 'latin1');
      return Buffer.concat([head, data]);
    };
    const number = (value: number) => Buffer.from([0, 0, 0, value]);
    const keys = box('keys', number(0), number(1), box('mdta', Buffer.from('workflow')));
    const value = box('data', number(1), number(0), Buffer.from('{}'));
    const ilst = box('ilst', Buffer.concat([number(8 + value.length), number(1), value]));
    return [box('moov', box('udta', box('meta', number(0), keys, ilst)))];
  },
  async frames() {
    const connect = 'CONNECT\naccept-version:1.2\nhost:a\n\n\0';
    return [connect, `${connect}SEND\ndestination:/a\ncontent-length:2\n\n{}\0\n`].map((text) =>
      Buffer.from(`\x09${text}`),
    );
  },
};

/** In one file, so that the fuzzer sees which of its branches an input takes. */
async function bundle(name: string): Promise<string> {
  const file = join(directory, `${name}.cjs`);
  const made = await rolldown({ input: join(import.meta.dirname, `${name}.ts`), platform: 'node' });
  await made.write({ file, format: 'cjs' });
  return file;
}

test.each(['pictures', 'frames', 'forms', 'films'] as const)(
  'no bytes that a search by coverage finds break %s',
  async (name) => {
    const found = join(directory, name);
    mkdirSync(found);
    for (const [at, seed] of (await seeds[name]()).entries()) writeFileSync(join(found, String(at)), seed);
    const args = [
      fuzzer,
      await bundle(name),
      found,
      '--sync',
      '--',
      `-runs=${runs}`,
      '-seed=1',
      '-max_len=2048',
    ];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: directory,
      encoding: 'utf8',
      timeout: 110_000,
      maxBuffer: 100_000_000,
    });
    const end = /^#\d+\s+DONE/m.test(stderr) ? 'done' : stderr.slice(-2_000);
    expect([status, end]).toEqual([0, 'done']);
  },
);
