/** A browser that shows nothing of a film by then shows nothing at all. */
const patienceMs = 20_000;

/** The first frame of a film, as a picture in a file. @throws where this browser cannot show the film */
export async function firstFrame(film: Blob, name: string): Promise<File> {
  const src = URL.createObjectURL(film);
  const video = Object.assign(document.createElement('video'), { muted: true, preload: 'auto', src });
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error('the film cannot be shown', { cause: video.error }));
      video.addEventListener('seeked', () => resolve());
      video.addEventListener('error', fail);
      AbortSignal.timeout(patienceMs).addEventListener('abort', fail);
      // Some browsers have a frame only once they were sent to one, and the beginning is no way to go.
      video.currentTime = 0.001;
    });
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    return new File([await canvas.convertToBlob({ type: 'image/png' })], name, { type: 'image/png' });
  } finally {
    video.removeAttribute('src');
    URL.revokeObjectURL(src);
  }
}
