import * as net from "node:net";
import { dropAddress, takeAddress } from "../../lab/openstack";

export type Answer = "answers" | "refuses" | "is silent";
/** In milliseconds. Nobody in the lab takes as long to answer. */
const SILENCE = 3_000;

/** Whether a TCP port answers to a machine of that address, somewhere beyond the external network. */
export async function reach(from: string, host: string, port: number): Promise<Answer> {
  await takeAddress(from);
  try {
    return await new Promise((resolve, reject) => {
      const socket = net.connect({ host, port, localAddress: from, timeout: SILENCE });
      const end = (answer: Answer) => (socket.destroy(), resolve(answer));
      socket.on("connect", () => end("answers"));
      socket.on("timeout", () => end("is silent"));
      socket.on("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNREFUSED" ? end("refuses") : reject(error),
      );
    });
  } finally {
    await dropAddress(from);
  }
}
