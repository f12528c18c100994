import { ChildProcess, execFileSync, spawn } from "node:child_process";
import * as path from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const root = path.join(__dirname, "../../..");

/** One call of the engine. */
export const ask = <Answer>(call: (done: (error: Error | null, answer: Answer) => void) => unknown) =>
  new Promise<Answer>((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

/** A dynamic provider as Pulumi runs it: serialised, and loaded by Pulumi's own process, which the engine talks to over gRPC. */
export class DynamicHost {
  private constructor(
    private readonly process: ChildProcess,
    readonly engine: ResourceProviderClient,
    private readonly programText: string,
  ) {}

  /** @param module the provider's, from the project's folder; @param name the provider's class in it */
  static async start(module: string, name: string, config: Record<string, string> = {}): Promise<DynamicHost> {
    const programText = execFileSync(process.execPath, [path.join(__dirname, "serialise.cjs"), module, name], {
      encoding: "utf8",
      cwd: root,
    });
    const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const host = spawn(process.execPath, [script, "no-engine"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve) =>
      host.stdout?.once("data", (line: Buffer) => resolve(line.toString().trim())),
    );
    const engine = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const configuration = new proto.ConfigureRequest();
    configuration.setArgs(Struct.fromJavaScript(config));
    await ask<proto.ConfigureResponse>((done) => engine.configure(configuration, done));
    return new DynamicHost(host, engine, programText);
  }

  stop(): void {
    this.engine.close();
    this.process.kill();
  }

  /** Properties of a resource, as they go over the wire. */
  props(properties: object): Struct {
    return Struct.fromJavaScript({ __provider: this.programText, ...properties });
  }

  /** What `check` makes of inputs: they as they are kept, and why they are refused. */
  async check(olds: object | undefined, news: object): Promise<{ inputs: object; reasons: string[] }> {
    const request = new proto.CheckRequest();
    request.setOlds(olds ? this.props(olds) : Struct.fromJavaScript({}));
    request.setNews(this.props(news));
    const answer = await ask<proto.CheckResponse>((done) => this.engine.check(request, done));
    const { __provider, ...inputs } = answer.getInputs()!.toJavaScript();
    expect(__provider).toBe(this.programText);
    return { inputs, reasons: answer.getFailuresList().map((failure) => failure.getReason()) };
  }
}
