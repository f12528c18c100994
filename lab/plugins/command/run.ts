import { spawn } from "node:child_process";
import { list, Props, text } from "../protocol/values";

/** What of a command's output is shown while it runs; all of it unless told (local/logging.go). */
export const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"] as const;

/** What a command printed, each without the last line's end. */
export interface Printed {
  stdout: string;
  stderr: string;
}

/** Where a running command's output is shown, line by line. */
export type Show = (line: string) => void;

/**
 * Runs a command on the operator's machine, as local/commandOutputs.go does.
 * @param before what the resource printed last: the command finds it in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR
 * @throws Error with all that it printed when it does not end well
 */
export function runLocally(
  given: Props,
  command: string,
  before: Props,
  show: Show = () => undefined,
): Promise<Printed> {
  const { stdin, dir, logging = "stdoutAndStderr", addPreviousOutputInEnv = true } = given;
  const interpreter = list<string>(given.interpreter);
  const [program = "", ...args] = [...(interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"]), command];
  const previous = addPreviousOutputInEnv
    ? { ...variable("PULUMI_COMMAND_STDOUT", before.stdout), ...variable("PULUMI_COMMAND_STDERR", before.stderr) }
    : {};
  const env = { ...process.env, ...(given.environment as NodeJS.ProcessEnv | undefined), ...previous };
  const shown = (stream: string) => logging === stream || logging === "stdoutAndStderr";
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, ...(dir === undefined ? {} : { cwd: text(dir) }) });
    const printed = { stdout: "", stderr: "" };
    let both = "";
    const collect = (stream: "stdout" | "stderr") => {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        printed[stream] += text;
        both += text;
        if (shown(stream))
          text
            .split("\n")
            .filter(Boolean)
            .forEach((line) => show(line));
      });
    };
    collect("stdout");
    collect("stderr");
    child.stdin.on("error", () => undefined); // a command that ends without reading: its exit status decides
    child.stdin.end(stdin ?? "");
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve({ stdout: trimmed(printed.stdout), stderr: trimmed(printed.stderr) });
      const ending = signal ? `signal: ${signal}` : `exit status ${code}`;
      reject(new Error(`${ending}: running ${JSON.stringify(command)}:\n${both}`));
    });
  });
}

const variable = (name: string, value: unknown) => (value ? { [name]: text(value) } : {});
const trimmed = (text: string) => text.replace(/\n$/, "");
