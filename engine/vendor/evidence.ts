/**
 * What an adapter relies on and why it may: `captured`: in a recorded frame of an official client; `vendor page`: in a page or
 * schema of the maker; `public code`: in others' code that runs it; `unproven`: in none of them, and `rushes engines` says so.
 */
export type Evidence = {
  what: string;
  rests: 'captured' | 'vendor page' | 'public code' | 'unproven';
  source: string;
};
