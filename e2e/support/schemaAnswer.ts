/**
 * How `cloud-init schema --system` says that user-data is valid, by release (cloudinit/config/schema.py):
 * to 22.4 "Valid cloud-config: system userdata", 23.1 to 23.3 "Valid cloud-config: user-data", from 23.4 "Valid schema user-data".
 */
const ACCEPTED = ["Valid cloud-config: system userdata", "Valid cloud-config: user-data", "Valid schema user-data"];

/**
 * What is wrong with user-data in the words of `cloud-init schema --system`: every line that says "Invalid" or "Error", and
 * that no line accepts it (cloud-init passes over user-data that is empty, and then says nothing of it). Nothing where it is
 * valid; other parts, such as vendor-data, may be there, and must be valid too.
 */
export function schemaProblems(answer: string): string[] {
  const lines = answer.split("\n").map((line) => line.trim());
  const refusals = lines.filter((line) => /\b(invalid|errors?)\b/i.test(line));
  const accepted = lines.some((line) => ACCEPTED.includes(line));
  return [...refusals, ...(accepted ? [] : [`no line accepts the user-data: ${answer.trim() || "(nothing)"}`])];
}
