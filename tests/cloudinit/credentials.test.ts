import { knownCertificates } from "../../components/cloudinit/credentials";
import { CONTROL_PLANE, WORKER } from "./documents";

it("knows the certificates of a node's own, and no other", () => {
  expect(Object.keys(knownCertificates(WORKER.own)).sort()).toEqual(Object.keys(WORKER.own).sort());
  expect(Object.keys(knownCertificates(CONTROL_PLANE.own)).sort()).toEqual(Object.keys(CONTROL_PLANE.own).sort());
});
