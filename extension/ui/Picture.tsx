import { useEffect, useRef } from 'preact/hooks';

/** Draws pixels without giving them an address: a page that looks for one finds none, and no policy is asked. */
export function Picture(props: {
  source: Blob | ImageBitmap;
  className: string;
  style?: Record<string, string>;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isCurrent = true;
    void toBitmap(props.source).then((bitmap) => {
      if (!isCurrent || !canvas.current || !bitmap) return;
      canvas.current.width = bitmap.width;
      canvas.current.height = bitmap.height;
      canvas.current.getContext('2d')?.drawImage(bitmap, 0, 0);
    });
    return () => {
      isCurrent = false;
    };
  }, [props.source]);
  return <canvas ref={canvas} class={props.className} style={props.style} />;
}

async function toBitmap(source: Blob | ImageBitmap): Promise<ImageBitmap | undefined> {
  if (!(source instanceof Blob)) return source;
  try {
    return await createImageBitmap(source);
  } catch {
    // A preview that was cut off: the next one is on its way.
    return undefined;
  }
}
