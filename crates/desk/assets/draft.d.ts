/** What the desk says of a draft. Offsets are UTF-16 units of `text`. */
export interface Reading {
  text: string;
  sentences: { start: number; end: number }[];
  marks: MarkSeen[];
  candidates: { start: number; end: number; quote: string; comment: string }[];
  circles: { name: string; many: string }[];
  verdict: { state: 'clear' | 'unclear' | 'refused' | 'empty'; title: string; line: string };
  crowd: Crowd;
  history: Past[];
  plan: { mark: number; from: string; to: string | null }[];
  plan_line: string;
  /** Only these people will see it; empty for everybody. */
  audience: string;
  /** Whoever something was sent to. */
  audiences: string[];
  /** Releases older than those in `history`. */
  earlier: number;
  broken: string[];
  /** Facts that exclude everybody. */
  nobody: string[];
  wrongly: string[];
  question: { of: string[]; inside: string; words: string } | null;
  /** What can be taken back, in words. */
  undo: string | null;
}
/** How far a draft has the source's own words. */
export interface Words {
  papers: { id: number; name: string; words: number }[];
  found: {
    start: number;
    end: number;
    text: string;
    what: string;
    rarity: string;
    there: { at: string; near: string }[];
  }[];
  /** `start` is null for a mark in a paper. */
  unseen: { start: number | null; at: string; what: string; count: number; near: string }[];
}
/** What a part of the page may ask of the draft's page. */
export interface Desk {
  ask(what: string, body: BodyInit, headers: Record<string, string>): Promise<any>;
  text(): string;
  range(start: number, end: number): Range;
  choose(what: { start: number; end: number }): void;
}
export interface MarkSeen {
  id: number;
  start: number;
  end: number;
  quote: string;
  who: string;
  many: string;
  /** 0 costs nothing … 3 costs most, 4 is lost. */
  cost: number;
  /** How many would be left without this sentence, in words. */
  without: string | null;
  /** The first coarser wording that is known. */
  coarser: { text: string; who: string; many: string } | null;
  /** What was agreed with the source about it. */
  agreed: { terms: string; asked: string; not_before: string };
}
export interface Crowd {
  of: number;
  left: [number, number];
  k: number;
}
export interface Past {
  name: string;
  /** `published`, `sent for comment` …; empty for this draft. */
  kind: string;
  /** A day, as 2026-11-29. */
  at: string;
  to: string | null;
  left: [number, number];
}
