// What a page and its worker say to each other. Types only: this file is never served.

import type { Bytes } from './bytes.js';
import type { Found as FoundInDrop } from './deaddrop.js';
import type { Progress } from './outbox.js';

/** A fragment to send: a payload that the worker seals, or an envelope that was sealed elsewhere. */
export type ToSend = { payload?: Bytes; inner?: Bytes };

export type ToWorker =
  | { type: 'begin'; site: string }
  | { type: 'send'; message: string; desk: string; fragments: ToSend[] }
  | { type: 'watch'; keys: { desk: string; week: number; key: Bytes }[]; tags: [string, string][] }
  | { type: 'expect'; tags: [string, string][] }
  | { type: 'wipe' };

/** The key list, as far as a person is told: `clock` means that its dates and this computer's clock disagree. */
export type Keys = {
  type: 'keys';
  state: 'none' | 'good' | 'bad' | 'clock';
  desks: { id: string; name: string }[];
  tickSecs: number;
  onPremises: boolean;
  crowd: number[];
};
/** After each slot, whether or not it carried a fragment; `at` is in milliseconds of the visit. */
export type Sent = { type: 'progress'; at: number; progress: Progress[] };
export type Found = { type: 'found'; records: number } & FoundInDrop;
export type FromWorker = { type: 'ready'; suite: string } | { type: 'unfit' } | Keys | Sent | Found;
