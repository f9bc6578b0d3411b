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
  undone: string[];
  broken: string[];
  wrongly: string[];
  question: { of: string[]; inside: string; words: string } | null;
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
  /** People left without this sentence. */
  without: [number, number] | null;
}
export interface Crowd {
  of: number;
  left: [number, number];
  k: number;
}
export interface Past {
  name: string;
  left: [number, number];
}
