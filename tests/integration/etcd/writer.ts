import { randomUUID } from "node:crypto";
import { base64, EtcdNode, EtcdNodes, pause, until } from "./nodes";

/** A client that writes ten times a second, to one member after the other, and knows what was acknowledged. */
export class Writer {
  private readonly acknowledged: string[] = [];
  private readonly ended: Promise<void>;
  private stopping = false;
  private readonly name = randomUUID();

  constructor(
    all: EtcdNodes,
    private readonly to: readonly EtcdNode[],
  ) {
    this.ended = this.write();
    all.clients.push(() => this.stop());
  }

  private stop(): Promise<void> {
    this.stopping = true;
    return this.ended;
  }

  private async write(): Promise<void> {
    for (let i = 0; !this.stopping; i++) {
      const key = `${this.name}-${i}`;
      const node = this.to[i % this.to.length]!;
      if (await node.ask("kv/put", { key: base64(key), value: base64("x") })) this.acknowledged.push(key);
      await pause(100);
    }
  }

  /** Waits for that many more. */
  async acknowledges(more: number): Promise<void> {
    const wanted = this.acknowledged.length + more;
    await until(
      () => this.acknowledged.length >= wanted,
      () => `${this.acknowledged.length} of ${wanted} acknowledged`,
    );
  }

  /** Stops, and names what was acknowledged and this member does not have. */
  async lost(on: EtcdNode): Promise<string[]> {
    await this.stop();
    const lost: string[] = [];
    for (const key of this.acknowledged) {
      let answer: Record<string, unknown> | undefined;
      await until(
        async () => (answer = await on.ask("kv/range", { key: base64(key), serializable: true })) !== undefined,
        () => `${on.name} does not answer`,
      );
      if (answer?.count !== "1") lost.push(key);
    }
    return lost;
  }
}
