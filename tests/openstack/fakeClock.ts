import { clock } from "../../components/openstack/clock";

/** When the fake clock starts: a whole second, as dates in headers are. */
export const START = Date.UTC(2026, 0, 1);

/** Replaces the client's clock, until mocks are restored, by one that moves by pauses alone, all of full length. @returns the pauses */
export function fakeClock(): number[] {
  const pauses: number[] = [];
  jest.spyOn(clock, "now").mockImplementation(() => START + pauses.reduce((sum, pause) => sum + pause, 0));
  jest.spyOn(clock, "random").mockReturnValue(1);
  jest.spyOn(clock, "sleep").mockImplementation((pause) => {
    pauses.push(pause);
    return Promise.resolve();
  });
  return pauses;
}
