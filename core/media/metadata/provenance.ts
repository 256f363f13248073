import { z } from 'zod';

/** A file's record of its origin, so that a picture found years later can be made again. */
const provenanceSchema = z.object({
  platform: z.literal('star-graph'),
  workflow: z.object({ name: z.string(), version: z.union([z.string(), z.number()]) }),
  taskId: z.string(),
  seed: z.union([z.string(), z.number()]).optional(),
  model: z.string().optional(),
  /** Absent if they would not fit. */
  params: z.record(z.string(), z.unknown()).optional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

/** A JPEG segment holds 65,533 bytes; the rest is for the envelope. */
const mostBytes = 60_000;

/**
 * JSON in ASCII without `<`, `>` and `&`, so that the same text goes unchanged into PNG, XMP, GIF and video tags,
 * whose rules for text differ. Params that do not fit are left out; workflow, seed and task still say the origin.
 */
export function formatProvenance(provenance: Provenance): string {
  const text = toPlainJson(provenance);
  if (text.length <= mostBytes) return text;
  const { params: _omitted, ...rest } = provenance;
  return toPlainJson(rest);
}

/** Undefined for a text that is not ours: anyone can write into a file. */
export function parseProvenance(text: string | undefined): Provenance | undefined {
  if (text === undefined) return undefined;
  try {
    return provenanceSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toPlainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const xmpStart =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:sg="urn:star-graph:provenance:"><sg:provenance>';
const xmpEnd = '</sg:provenance></rdf:Description></rdf:RDF></x:xmpmeta>';

/** The XMP packet for formats without text of their own. */
export function wrapInXmp(provenanceText: string): Buffer {
  return Buffer.from(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${xmpStart}${provenanceText}${xmpEnd}<?xpacket end="r"?>`,
  );
}

export function unwrapXmp(packet: Buffer): string | undefined {
  const text = packet.toString();
  const start = text.indexOf('<sg:provenance>');
  const end = text.indexOf('</sg:provenance>');
  return start === -1 || end < start ? undefined : text.slice(start + '<sg:provenance>'.length, end);
}

/** EXIF with the orientation alone: without it the picture would lie on its side. Empty for an upright picture. */
export function orientationExif(orientation: number): Buffer | undefined {
  if (orientation <= 1) return undefined;
  const exif = Buffer.alloc(26);
  exif.write('MM\0*', 0, 'latin1');
  exif.writeUInt32BE(8, 4);
  exif.writeUInt16BE(1, 8);
  exif.writeUInt16BE(0x0112, 10);
  exif.writeUInt16BE(3, 12);
  exif.writeUInt32BE(1, 14);
  exif.writeUInt16BE(orientation, 18);
  return exif;
}

const orientationTag = 0x0112;

/** The orientation that an EXIF block tells; 1 where it tells none. */
export function readOrientation(exif: Buffer): number {
  const header = Buffer.from('Exif\0\0', 'latin1');
  const tiff = exif.subarray(exif.indexOf(header) === 0 ? header.length : 0);
  const order = tiff.toString('latin1', 0, 4);
  if (tiff.length < 8 || (order !== 'MM\0*' && order !== 'II*\0')) return 1;
  const read = order === 'MM\0*' ? 'BE' : 'LE';
  const short = (at: number) => (at + 2 <= tiff.length ? tiff[`readUInt16${read}`](at) : 0);
  const directory = tiff[`readUInt32${read}`](4);
  const entries = short(directory);
  for (let at = directory + 2; at < directory + 2 + entries * 12 && at + 12 <= tiff.length; at += 12) {
    if (short(at) !== orientationTag) continue;
    const orientation = short(at + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
