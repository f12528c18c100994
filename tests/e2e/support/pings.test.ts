import { pingsOf } from "../../../e2e/support/pings";

const answer = (number: number) => `64 bytes from 10.200.2.3: icmp_seq=${number} ttl=62 time=0.211 ms\n`;
const said = (sent: number, answered: number[]) =>
  `PING 10.200.2.3 (10.200.2.3) 56(84) bytes of data.\n${answered.map(answer).join("")}
--- 10.200.2.3 ping statistics ---
${sent} packets transmitted, ${answered.length} received, 25% packet loss, time 612ms
rtt min/avg/max/mdev = 0.142/0.176/0.211/0.028 ms\n`;

it.each<[string, number, number[], number[]]>([
  ["none lost", 4, [1, 2, 3, 4], []],
  ["one in the middle", 4, [1, 3, 4], [2]],
  ["the first", 3, [2, 3], [1]],
  ["the last, which was under way", 4, [1, 2, 3], []],
  ["the last two: one of them was not under way", 4, [1, 2], [3]],
  ["all", 3, [], [1, 2]],
  ["none sent", 0, [], []],
])("%s", (_, sent, answered, lost) => {
  expect(pingsOf(said(sent, answered))).toEqual({ sent, lost });
});

it("takes no router's refusal for an answer", () => {
  const text = said(3, [1, 3]).replace("\n\n---", "\nFrom 10.106.1.3 icmp_seq=2 Destination Host Unreachable\n\n---");
  expect(pingsOf(text).lost).toEqual([2]);
});

it("refuses a ping that died", () => expect(() => pingsOf(answer(1))).toThrow("ping has no statistics"));
