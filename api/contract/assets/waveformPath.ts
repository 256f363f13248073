/** The height of what is drawn, in its own units; each bar has a width of three, and a unit is between two. */
export const waveformHeight = 32;
export const widthOfBars = (bars: number): number => bars * 4 - 1;

/** A path of an SVG: a sound's `waveform` as so many bars, or fewer where it has fewer parts. */
export function waveformPath(waveform: string, mostBars: number): { path: string; bars: number } {
  const loudness = Array.from(atob(waveform), (one) => one.charCodeAt(0));
  const bars = Math.min(mostBars, loudness.length);
  const heights = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * loudness.length) / bars);
    const to = Math.floor(((bar + 1) * loudness.length) / bars);
    // Also silence is seen to be there.
    return Math.max(2, Math.round((Math.max(...loudness.slice(from, to)) / 255) * waveformHeight));
  });
  const path = heights.map((height, bar) => `M${bar * 4} ${(waveformHeight - height) / 2}h3v${height}h-3z`);
  return { path: path.join(''), bars };
}
