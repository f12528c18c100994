/** What ping(8) says. Plain text in, plain values out. */

export interface Pings {
  sent: number;
  /** Numbers of the packets that got no answer. The last one does not count: ping was ended while it may have been under way. */
  lost: number[];
}

/** @throws Error where the text has no statistics: ping was not ended, but died */
export function pingsOf(said: string): Pings {
  const sent = /^(\d+) packets transmitted/m.exec(said)?.[1];
  if (sent === undefined) throw new Error(`ping has no statistics: ${said.trim().slice(-500)}`);
  const answered = new Set([...said.matchAll(/ bytes from .*\bicmp_seq=(\d+)\b/g)].map(([, number]) => Number(number)));
  const numbers = Array.from({ length: Math.max(0, Number(sent) - 1) }, (_, i) => i + 1);
  return { sent: Number(sent), lost: numbers.filter((number) => !answered.has(number)) };
}
