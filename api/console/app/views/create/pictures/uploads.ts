import { signal } from '@preact/signals';
import { describeProblem } from '../../../data/problemText.ts';
import { describeLinkFault } from './describeLinkFault.ts';
import { type SentPicture, sendLink, sendPicture } from './sendPicture.ts';

/** A picture, film or sound on its way to the server. */
export interface Upload {
  id: string;
  name: string;
  /** From a link: the server fetches it, and nobody knows how far that is. */
  isLink: boolean;
  /** From 0 to 100. */
  percent: number;
  /** What went wrong, in words. */
  fault?: string | undefined;
}

interface Job {
  source: File | string;
  abort: AbortController;
  put(sent: SentPicture): void;
  /** It is stored, or its person has given it up. */
  onGone?: (() => void) | undefined;
}

/** Those that are under way or were refused. */
export const uploads = signal<readonly Upload[]>([]);
const running = new Map<string, Job>();
let last: Promise<void> = Promise.resolve();

/**
 * One after the other, in the order in which they came.
 * @param source a file, or a link to one
 * @param put gets the stored picture; it is not called for one that was refused or called off
 */
export function startUpload(source: File | string, put: Job['put'], onGone?: Job['onGone']): void {
  const id = crypto.randomUUID();
  const isLink = typeof source === 'string';
  running.set(id, { source, abort: new AbortController(), put, onGone });
  const name = isLink ? new URL(source).hostname : source.name;
  uploads.value = [...uploads.value, { id, name, isLink, percent: 0 }];
  last = last.then(() => sendUpload(id));
}

/** Sends it, or a refused one again: an upload that the server did not take left nothing behind. */
export async function sendUpload(id: string): Promise<void> {
  const job = running.get(id);
  if (!job) return;
  const { source, abort, put } = job;
  change(id, { percent: 0, fault: undefined });
  const options = {
    signal: abort.signal,
    onProgress: (share: number) => change(id, { percent: 100 * share }),
  };
  const isLink = typeof source === 'string';
  try {
    const sent = await (isLink ? sendLink(source, options) : sendPicture(source, options));
    dropUpload(id);
    put(sent);
  } catch (error) {
    // A called-off one is gone from the list.
    change(id, { fault: isLink ? describeLinkFault(error) : describeProblem(error) });
  }
}

export function dropUpload(id: string): void {
  const job = running.get(id);
  running.delete(id);
  job?.abort.abort();
  job?.onGone?.();
  uploads.value = uploads.value.filter((one) => one.id !== id);
}

function change(id: string, values: Partial<Upload>): void {
  uploads.value = uploads.value.map((one) => (one.id === id ? { ...one, ...values } : one));
}
