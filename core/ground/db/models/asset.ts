import { Model } from 'objection';

export class Asset extends Model {
  static override tableName = 'assets';
  declare id: string;
  declare userId: string;
  /** The task that made it; null for an upload. */
  declare taskId: string | null;
  /** The asset's place among the outputs of its task. */
  declare position: number;
  /** The node that made it, of a graph that its person brought. */
  declare nodeId: string | null;
  declare kind: 'input' | 'output';
  /** It says where another picture changes; no list of pictures shows it. */
  declare isMask: boolean;
  declare mime: string;
  /** After EXIF rotation. */
  declare width: number;
  declare height: number;
  declare bytes: number;
  declare sha256: string;
  declare durationMs: number | null;
  declare frames: number | null;
  /** As the film's file says; null for pictures, and of films stored before it was read. */
  declare fps: number | null;
  /** Of a film with sound; null without, and of films stored before it was looked at. */
  declare soundCodec: string | null;
  /** Samples per second. */
  declare soundRate: number | null;
  declare soundChannels: number | null;
  /** Of a sound: how loud each of up to 256 equal parts is, in base64; null of those stored before it was drawn. */
  declare waveform: string | null;
  /** Of a text: its first 4,000 characters. */
  declare text: string | null;
  declare storageKey: string;
  declare thumbnailKey: string | null;
  /** How often its thumbnail was begun; null: it was given up. */
  declare thumbnailTries: number | null;
  /** The owner keeps the asset, so it does not expire. */
  declare favourite: boolean;
  declare createdAt: Date;
  /** Hidden from all but moderators. */
  declare quarantinedAt: Date | null;
  /** Shown to nobody any more; a sweep removes the bytes. */
  declare deletedAt: Date | null;
  /** Its owner deleted it, and may take that back until then; null: nobody may. */
  declare restorableUntil: Date | null;
  /** It was a favourite when its owner deleted it. */
  declare wasFavourite: boolean;
}
