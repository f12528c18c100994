import { spawn } from "node:child_process";
import { lockHolders } from "../../cli/engine/recovery";
import { root } from "../../lab/paths";
import { Operation, STACK, stackFileEnv } from "./stack";

/** Starts `up`, and kills the engine without warning as soon as it has said something that matches. */
export function upUntil(mark: RegExp, changes?: Operation["changes"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("node", ["--import", "tsx", "cli/main.ts", "up", STACK], {
      cwd: root,
      env: { ...process.env, ...stackFileEnv(changes) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    let killed = false;
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (killed || !mark.test(said)) return;
      killed = true;
      for (const pid of lockHolders(STACK)) process.kill(pid, "SIGKILL");
    });
    child.on("exit", (code) =>
      killed && code !== 0 ? resolve() : reject(new Error(`it ended with ${code} before ${mark}: ${said}`)),
    );
  });
}
