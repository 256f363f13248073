import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** None for an answer that is not an object. */
export const fieldsOf = (json: Json | undefined): JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};

/** One thing that happened between the recording client and a real server. */
export type RecordedEvent =
  | { kind: 'note' | 'summary'; text: string }
  | {
      kind: 'http-request';
      id: number;
      method: string;
      path: string;
      json?: Json;
      raw_body?: string;
      headers?: Record<string, string>;
      multipart?: RecordedPart[];
    }
  | {
      kind: 'http-response';
      id: number;
      status: number;
      headers: Record<string, string>;
      json?: Json;
      body?: string;
      body_bytes?: number;
      body_first_16_hex?: string;
    }
  | { kind: 'http-error'; id: number }
  | { kind: 'ws-connect'; socket: string; path: string; headers?: Record<string, string> }
  | { kind: 'ws-open' | 'ws-client-close' | 'ws-client-abort'; socket: string }
  | { kind: 'ws-refused'; socket: string; status: number }
  | { kind: 'ws-send'; socket: string; message: Json }
  | { kind: 'ws-text'; socket: string; message: RecordedMessage }
  | ({ kind: 'ws-binary'; socket: string; bytes: number; first_64_hex: string } & BinaryFacts)
  | { kind: 'ws-closed'; socket: string; close_code: number | null };

export interface RecordedMessage {
  type: string;
  data: JsonObject;
}

/** The compared part of a binary frame; its pixels are not compared. */
export interface BinaryFacts {
  event_type: number;
  image_format: string;
  image_size: [width: number, height: number];
  metadata?: JsonObject;
}

export interface RecordedPart {
  name: string;
  filename?: string;
  content_type?: string;
  bytes?: number;
  value?: string;
}

export interface Recording {
  case: string;
  about: string;
  server: string;
  events: RecordedEvent[];
}

const recordings = join(import.meta.dirname, 'recordings');

/** `recordings/<name>.json`. */
export const readRecording = (name: string): Recording =>
  JSON.parse(readFileSync(join(recordings, `${name}.json`), 'utf8')) as Recording;

export const listRecordings = (): string[] =>
  readdirSync(recordings).map((file) => file.replace(/\.json$/, ''));

/** The answer of a real server to `GET /object_info`. */
export const readObjectInfo = (): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'objectInfo.json'), 'utf8'));
