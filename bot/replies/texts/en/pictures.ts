/** Sentences about pictures and videos that people send, in English. */
export const enPictures = {
  attachment: {
    type: 'Attach a PNG, JPEG or WebP picture.',
    size: (megabytes: number) => `The picture is too large. Attach one of ${megabytes} MB or less.`,
    host: 'I can use only pictures from Discord. Attach the picture itself.',
    gone: 'The picture is no longer there. Attach it again.',
    cut: 'Discord stopped sending the picture halfway. Try again, or attach it again.',
  },
  film: {
    type: 'Attach an MP4 or WebM video.',
    size: (megabytes: number) => `The video is too large. Attach one of ${megabytes} MB or less.`,
    host: 'I can use only videos from Discord. Attach the video itself.',
    gone: 'The video is no longer there. Attach it again.',
    cut: 'Discord stopped sending the video halfway. Try again, or attach it again.',
  },
  mask: {
    label: 'Mask',
    hint: 'White where to redraw, black elsewhere; or the picture with that part erased, as a PNG.',
    prompt: 'What to draw there',
    unreadable: 'I cannot read the mask. Attach a PNG, JPEG or WebP picture.',
    size: (width: number, height: number, wantedWidth: number, wantedHeight: number) =>
      `The mask is ${width} × ${height} pixels and the picture ${wantedWidth} × ${wantedHeight}. Attach a mask of the same shape.`,
    grey: 'The mask has to be black and white. Paint the part to redraw white and the rest black, or erase the part and save a PNG.',
    empty: 'The mask marks nothing. Paint the part to redraw white and the rest black, or erase the part.',
    full: 'The mask marks the whole picture. Paint what stays black, or use /img2img to redraw all of it.',
  },
  outpaint: {
    direction: 'Where',
    directions: { all: 'All sides', left: 'Left', right: 'Right', up: 'Up', down: 'Down' },
    howFar: 'How far on each of these sides',
    howFarHint: 'In percent of the picture or in pixels: 25% or 200px.',
    prompt: 'What the whole picture shows',
    amount: (percent: number, pixels: number) =>
      `Write how far to extend the picture in percent or pixels, for example 25% or 200px; at most ${percent}% or ${pixels}px on a side.`,
  },
};
