import { persist } from "../../../lab/openstack/running";

const stderr = jest.spyOn(process.stderr, "write");
beforeEach(() => {
  jest.useFakeTimers();
  stderr.mockClear().mockReturnValue(true);
});
afterEach(() => void jest.useRealTimers());
afterAll(() => stderr.mockRestore());

const shown = () => stderr.mock.calls.flat().join("");

it("tries a step again that fails while services start, and says so", async () => {
  const step = jest.fn<Promise<void>, []>().mockRejectedValueOnce(new Error("503")).mockResolvedValueOnce();
  const done = persist("flavors", [], step);
  await jest.advanceTimersByTimeAsync(2_000);
  await done;
  expect(step).toHaveBeenCalledTimes(2);
  expect(shown()).toContain("flavors, which is tried again: 503");
});

it("gives up after a minute, with the last failure", async () => {
  const done = persist("flavors", [], () => Promise.reject(new Error("503")));
  const failed = expect(done).rejects.toThrow("Waited 60 s for flavors: 503");
  await jest.advanceTimersByTimeAsync(61_000);
  await failed;
});
