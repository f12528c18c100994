/** Keys of earlier versions of the program, with what to write now. */
export const MOVED: Readonly<Record<string, string>> = {
  "controlPlane.loadBalancer": "Write hostroute:apiEndpoint with kind external and this as its host.",
  "controlPlane.floatingIp": "Write it as hostroute:apiEndpoint.floatingIp.",
};
