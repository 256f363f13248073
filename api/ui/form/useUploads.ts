import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AssetValue } from './fitValue.ts';
import { texts } from './texts.ts';

/** Where pictures, films and sounds of a form come from: a form fetches nothing by itself. */
export interface PictureSource {
  /** @throws an error whose message people can read */
  uploadPicture(
    file: Blob,
    options: { signal: AbortSignal; onProgress(share: number): void; isMask: boolean },
  ): Promise<AssetValue>;
  /** Takes a picture from an address. Without it, none is offered. */
  importUrl?: ((url: string, options: { signal: AbortSignal }) => Promise<AssetValue>) | undefined;
  /** Lets the person choose one of theirs; undefined when they choose none. */
  chooseFromGallery?: ((media: FileKind) => Promise<AssetValue | undefined>) | undefined;
  /** Address and size of a picture that only its id is known of, such as after a recall. */
  findPicture?: ((assetId: string) => Promise<AssetValue | undefined>) | undefined;
}

/** A picture on its way. Failed, it stays until it is tried again or given up. */
export type Upload =
  | {
      state: 'running';
      share: number | undefined;
      previewUrl: string | undefined;
      /** The host of the link that it comes from. */
      from?: string | undefined;
    }
  | { state: 'failed'; message: string; previewUrl: string | undefined };

export interface Uploads {
  /** How many are on their way. */
  running: number;
  /** The parameters of those that failed. */
  failed: readonly string[];
  find(param: string): Upload | undefined;
  startFile(param: string, file: Blob): void;
  /** @param facts what else is known of it */
  startMask(param: string, file: Blob | Promise<Blob>, facts: Partial<AssetValue>): void;
  startUrl(param: string, url: string): void;
  retry(param: string): void;
  /** Ends it; what the field had before stays. */
  cancel(param: string): void;
}

interface Job {
  controller: AbortController;
  previewUrl: string | undefined;
  again(): void;
}

type Send = (options: { signal: AbortSignal; onProgress(share: number): void }) => Promise<AssetValue>;

/**
 * Uploads of a form, by parameter. They belong to the form, so no change of its fields ends them.
 * @param form another one ends those of the one before.
 */
export function useUploads(
  form: string,
  pictures: PictureSource,
  write: (param: string, value: AssetValue) => void,
): Uploads {
  const [shown, setShown] = useState<Readonly<Record<string, Upload>>>({});
  const jobs = useRef(new Map<string, Job>());
  // What a job writes into may have changed while it ran.
  const latest = useRef({ pictures, write });
  latest.current = { pictures, write };
  const show = (param: string, upload: Upload | undefined) =>
    setShown(({ [param]: _before, ...others }) => (upload ? { ...others, [param]: upload } : others));
  const end = (param: string) => {
    const job = jobs.current.get(param);
    jobs.current.delete(param);
    job?.controller.abort();
    if (job?.previewUrl) URL.revokeObjectURL(job.previewUrl);
    show(param, undefined);
  };
  useEffect(() => () => [...jobs.current.keys()].forEach(end), [form]);

  const start = async (param: string, send: Send, from: unknown, facts: Partial<AssetValue>) => {
    end(param);
    const link = typeof from === 'string' ? { from } : {};
    const previewUrl = from instanceof Blob ? URL.createObjectURL(from) : undefined;
    const controller = new AbortController();
    const job: Job = { controller, previewUrl, again: () => void start(param, send, from, facts) };
    jobs.current.set(param, job);
    const isCurrent = () => jobs.current.get(param) === job;
    show(param, { state: 'running', share: undefined, previewUrl, ...link });
    try {
      const onProgress = (share: number) =>
        isCurrent() && show(param, { state: 'running', share, previewUrl, ...link });
      const asset = await send({ signal: controller.signal, onProgress });
      if (!isCurrent()) return;
      latest.current.write(param, { ...facts, ...asset });
      end(param);
    } catch (error) {
      const message = error instanceof Error && error.message ? error.message : texts.uploadFailed;
      if (isCurrent()) show(param, { state: 'failed', message, previewUrl });
    }
  };
  const startFile = (
    param: string,
    file: Blob | Promise<Blob>,
    facts: Partial<AssetValue>,
    isMask: boolean,
  ) => {
    const name = file instanceof File ? { name: file.name } : {};
    const send: Send = async (options) =>
      latest.current.pictures.uploadPicture(await file, { ...options, isMask });
    void start(param, send, file, { ...name, ...facts });
  };
  const all = Object.entries(shown);
  return {
    running: all.filter(([, { state }]) => state === 'running').length,
    failed: all.filter(([, { state }]) => state === 'failed').map(([param]) => param),
    find: (param) => shown[param],
    startFile: (param, file) => startFile(param, file, {}, false),
    startMask: (param, file, facts) => startFile(param, file, facts, true),
    startUrl: (param, url) => {
      const send: Send = async (options) => {
        const { importUrl } = latest.current.pictures;
        if (!importUrl) throw new Error(texts.uploadFailed);
        return importUrl(url, options);
      };
      void start(param, send, new URL(url).hostname, {});
    },
    retry: (param) => jobs.current.get(param)?.again(),
    cancel: end,
  };
}
