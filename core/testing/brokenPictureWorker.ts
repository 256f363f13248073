import { writeSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { pictureWork } from '../media/sandbox/pictureWork.ts';
import { serveWork } from '../media/sandbox/serveWork.ts';
import { watchWork } from '../media/sandbox/watchWork.ts';

/*
 * The process that reads pictures, with decoders that break at a path called `crash` or `hang`. `blur` tells what the
 * process has and reaches; it takes the port of a server on this machine.
 */

const probe: typeof pictureWork.probe = async (context, file, options) => {
  if (file === 'crash') {
    writeSync(2, 'the decoder is at its end');
    process.abort();
  }
  if (file === 'hang') await watchWork(() => new Promise(() => undefined), 100);
  return pictureWork.probe(context, file, options);
};

const listOpen = async () =>
  (
    await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    )
  ).filter((target) => target.startsWith('/') && !target.startsWith('/proc/') && target !== '/dev/null');

const reaches = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  });

const blur = async (_context: unknown, port: Buffer): Promise<Buffer> => {
  const readsParent = await readFile(`/proc/${process.ppid}/environ`).then(
    () => true,
    () => false,
  );
  const facts = {
    pid: process.pid,
    names: Object.keys(process.env),
    open: await listOpen(),
    readsParent,
    reaches: await reaches(Number(port.toString())),
    limits: await readFile('/proc/self/limits', 'utf8'),
  };
  return Buffer.from(JSON.stringify(facts));
};

serveWork({ ...pictureWork, probe, blur });
