/** As nodes' scripts run: on Python's own library. Packages of this machine's would be looked for at each of some hundred starts. */
export const PYTHON = ["python3", "-BIS"] as const;
