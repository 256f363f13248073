import type { GraphEditor, NodeId } from '../../graph/graphEditor.ts';
import { type VideoFormat, videoFormats } from '../../params/videoFields.ts';

/** Keeps the saver of the wanted format. */
export function bindVideoFormat<G>(
  edit: GraphEditor<G>,
  wanted: VideoFormat,
  savers: Record<VideoFormat, NodeId<G>>,
): void {
  for (const format of videoFormats) if (format !== wanted) edit.dropOutput(savers[format]);
}
