import { outcomeTable } from "../../../../e2e/support/chaos/outcomes";

it("shows seconds, what did not come back, and what bystanders lost", () => {
  const at = "2026-11-28T19:00:00Z";
  const table = outcomeTable([
    { node: "dev-worker-1", fault: "cbr0 deleted", seconds: 12.34, sent: 120, lost: 0, at },
    { node: "dev-control-plane-0", fault: "full disk", seconds: null, sent: 700, lost: 3, at },
    { node: "dev-control-plane-0", fault: "first boot", seconds: 31, sent: null, lost: null, at },
  ]);
  expect(table).toBe(`node                 fault         seconds from its end  bystanders' lost packets
dev-worker-1         cbr0 deleted  12.3                  0 of 120
dev-control-plane-0  full disk     not back              3 of 700
dev-control-plane-0  first boot    31.0                  no bystanders`);
});
