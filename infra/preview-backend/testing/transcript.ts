import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../json.ts';

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
      body_first_16_hex?: string;
    }
  | { kind: 'http-error'; id: number }
  | { kind: 'ws-connect'; socket: string; path: string; headers?: Record<string, string> }
  | { kind: 'ws-open' | 'ws-client-close' | 'ws-client-abort'; socket: string }
  | { kind: 'ws-refused'; socket: string; status: number }
  | { kind: 'ws-send'; socket: string; message: Json }
  | { kind: 'ws-text'; socket: string; message: RecordedMessage }
  | ({ kind: 'ws-binary'; socket: string } & BinaryFacts)
  | { kind: 'ws-closed'; socket: string; close_code: number | null };

export interface RecordedMessage {
  type: string;
  data: JsonObject;
}

/** What is compared of a binary frame; its pixels mean nothing. */
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

export interface Transcript {
  case: string;
  about: string;
  events: RecordedEvent[];
}

export function readTranscript(name: string): Transcript {
  return JSON.parse(readFileSync(new URL(`transcripts/${name}.json`, import.meta.url), 'utf8')) as Transcript;
}
