import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { columns } from "../../cli/report";
import { specFrom } from "../../config";
import { Engine, engineIsBuilt } from "../../tests/integration/engine/engine";
import { observedOutput } from "../../tests/mocks";
import { exceeded, Figures, growthRows, Measured, ratioRows } from "./figures";
import { packedRecord, RecordedResource, recordOf, StateResource } from "./record";
import { RECORD, Usage, USAGE } from "./usage";

/**
 * What a cluster of so many workers costs to register, beside a program in one file that registers the same: `npm run bench:program`. By the real
 * engine, with providers that answer at once. Sizes may be named: `npm run bench:program -- 3 30`.
 */
const SIZES = [3, 30, 250, 1_000];
/** Previews of each stack, of which the least counts; one of a large one takes minutes, and varies less. */
const rounds = (workers: number) => (workers < 100 ? 5 : workers < 500 ? 2 : 1);
const STACK = ["--stack", "dev"];

const newFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-bench-"));

const configOf = (count: number) => ({
  clusterCidr: "10.64.0.0/12",
  network: { cidr: "10.106.0.0/21", firstWorkerAddress: "10.106.2.0" },
  workerPools: [{ name: "worker", count }],
});

/** What one preview took. */
type Sample = Pick<Figures, "evaluation" | "memory" | "held" | "preview">;

interface Stack {
  state: StateResource[];
  size: Pick<Figures, "resources" | "bytes">;
  /** One for each preview. */
  samples: Sample[];
  preview: () => void;
  remove: () => void;
}

/** Brings a program's stack up. */
async function raised(program: string, count: number, record?: string): Promise<Stack> {
  const folder = newFolder();
  const usage = path.join(folder, "usage");
  const engine = await Engine.with(path.join(__dirname, program), true, {
    [USAGE]: usage,
    ...(record ? { [RECORD]: record } : {}),
  });
  const remove = () => {
    engine.remove();
    fs.rmSync(folder, { recursive: true });
  };
  try {
    const config = configOf(count);
    engine.answer(["stack", "init", "dev"]);
    engine.configure("dev", config);
    engine.observe(observedOutput(specFrom({ clusterName: "dev", ...config }).plan.routes));
    engine.answer(["up", "--yes", "--skip-preview", "--suppress-outputs", ...STACK]);
    const exported = engine.answer(["stack", "export", ...STACK]);
    const readable = engine.answer(["stack", "export", "--show-secrets", ...STACK]);
    const state = (JSON.parse(readable) as { deployment: { resources: StateResource[] } }).deployment.resources;
    const samples: Sample[] = [];
    const preview = () => {
      const taken = engine.timed(["preview", "--expect-no-changes", "--suppress-outputs", ...STACK]);
      const { cpu, ...rest } = JSON.parse(fs.readFileSync(usage, "utf8")) as Usage;
      samples.push({ preview: taken, evaluation: cpu, ...rest });
    };
    // Without the indentation, which the file of a backend has not.
    const size = { resources: state.length, bytes: JSON.stringify(JSON.parse(exported)).length };
    return { state, size, samples, preview, remove };
  } catch (failure) {
    remove();
    throw failure;
  }
}

const figuresOf = ({ size, samples }: Stack): Figures => {
  const least = (of: keyof Sample) => Math.min(...samples.map((each) => each[of]));
  return {
    ...size,
    evaluation: least("evaluation"),
    memory: least("memory"),
    held: least("held"),
    preview: least("preview"),
  };
};

async function beside(workers: number): Promise<Measured> {
  process.stderr.write(`${workers} workers …\n`);
  const folder = newFolder();
  const stacks: Stack[] = [];
  try {
    const ours = await raised("cluster", workers);
    stacks.push(ours);
    const record = path.join(folder, "record.json");
    const recorded = recordOf(ours.state);
    fs.writeFileSync(record, JSON.stringify(packedRecord(recorded.map(withoutUserData))));
    const flat = await raised("flat", workers, record);
    stacks.push(flat);
    const others = different(recorded, recordOf(flat.state));
    if (others.length > 0) throw new Error(`The flat program has registered something else:\n${others.join("\n")}`);
    // In turns: what else the machine does meets both.
    for (let round = 0; round < rounds(workers); round++) for (const stack of stacks) stack.preview();
    return { workers, ours: figuresOf(ours), flat: figuresOf(flat) };
  } finally {
    for (const { remove } of stacks) remove();
    fs.rmSync(folder, { recursive: true });
  }
}

/** A worker's user-data is the flat program's own affair. */
function withoutUserData(resource: RecordedResource): RecordedResource {
  if (!/-worker-\d+$/.test(resource.name)) return resource;
  const inputs = Object.entries(resource.inputs).filter(([key]) => key !== "userData");
  return { ...resource, inputs: Object.fromEntries(inputs) };
}

/** Resources of which one has other inputs than the other. */
function different(ours: readonly RecordedResource[], flat: readonly RecordedResource[]): string[] {
  const texts = (of: readonly RecordedResource[]) =>
    new Map(
      of.map(({ type, name, inputs, options }) => [
        `${type} ${name}`,
        JSON.stringify([values(inputs), options.replacementTrigger]),
      ]),
    );
  const values = (inputs: RecordedResource["inputs"]) =>
    Object.entries(inputs)
      .map(([key, { value, secret }]) => [key, value, secret])
      .sort();
  const [one, other] = [texts(ours), texts(flat)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key));
}

async function main(): Promise<void> {
  if (!engineIsBuilt) throw new Error("No engine in the cache: `make up` builds one.");
  const named = process.argv.slice(2).map(Number);
  const all: Measured[] = [];
  for (const workers of named.length > 0 ? named : SIZES) {
    const found = await beside(workers);
    all.push(found);
    // A thousand take half an hour: what is known by then is not lost with them.
    process.stderr.write(`${columns(ratioRows([found]))}\n`);
  }
  process.stdout.write(`${columns(ratioRows(all))}\n\n${columns(growthRows(all))}\n`);
  const beyond = exceeded(all);
  process.stdout.write(beyond.map((each) => `beyond its bound: ${each}\n`).join(""));
  if (beyond.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
