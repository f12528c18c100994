import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { columns } from "../../cli/report";
import { specFrom } from "../../config";
import { spread } from "../../e2e/bench/figures";
import { Engine, engineIsBuilt } from "../../tests/integration/engine/engine";
import { observedOutput } from "../../tests/mocks";
import { exceeded, Figures, growthRows, Measured, ratioRows } from "./figures";
import { packedRecord, RecordedResource, recordOf, StateResource } from "./record";
import { COLLECT, RECORD, Usage, USAGE } from "./usage";

/**
 * What a cluster of so many workers costs to register, beside a program in one file that registers the same: `npm run bench:program`. By the real
 * engine, with providers that answer at once. Sizes may be named: `npm run bench:program -- 3 30`.
 */
const SIZES = [3, 30, 250, 1_000];
/** Each goes through all sizes: a machine that is slow for some minutes is so for more than one of them. */
const ROUNDS = 3;
/** Previews of each stack in a round; one of a large one takes minutes, and varies less. */
const previews = (workers: number) => (workers < 500 ? 3 : 1);
const STACK = ["--stack", "dev"];

const configOf = (count: number) => ({
  clusterCidr: "10.64.0.0/12",
  network: { cidr: "10.106.0.0/21", firstWorkerAddress: "10.106.2.0" },
  workerPools: [{ name: "worker", count }],
});

/** What one preview took. */
type Sample = Pick<Figures, "evaluation" | "memory" | "preview">;

interface Stack {
  /** Known from its first update. */
  size: Pick<Figures, "resources" | "bytes" | "held">;
  /** One for each preview. */
  samples: Sample[];
  preview: () => void;
  remove: () => void;
}

/** A stack that is up, and what it has registered. */
interface Raised {
  stack: Stack;
  recorded: RecordedResource[];
}

/** Brings a program's stack up. @param resources what the flat one is to register */
async function raised(program: string, count: number, resources: readonly RecordedResource[] = []): Promise<Raised> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-bench-"));
  const usage = path.join(folder, "usage");
  const record = path.join(folder, "record");
  fs.writeFileSync(record, JSON.stringify(packedRecord(resources)));
  const collect = path.join(folder, "collect");
  fs.writeFileSync(collect, "");
  const env = { [USAGE]: usage, [RECORD]: record, [COLLECT]: collect };
  const engine = await Engine.with(path.join(__dirname, program), true, env);
  const used = () => JSON.parse(fs.readFileSync(usage, "utf8")) as Usage;
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
    fs.rmSync(collect);
    const { held } = used();
    const exported = engine.answer(["stack", "export", ...STACK]);
    const readable = engine.answer(["stack", "export", "--show-secrets", ...STACK]);
    const state = (JSON.parse(readable) as { deployment: { resources: StateResource[] } }).deployment.resources;
    const samples: Sample[] = [];
    const preview = () => {
      const taken = engine.timed(["preview", "--expect-no-changes", "--suppress-outputs", ...STACK]);
      const { cpu, memory } = used();
      samples.push({ preview: taken, evaluation: cpu, memory });
    };
    // Without the indentation, which the file of a backend has not.
    const size = { resources: state.length, bytes: JSON.stringify(JSON.parse(exported)).length, held };
    return { stack: { size, samples, preview, remove }, recorded: recordOf(state) };
  } catch (failure) {
    remove();
    throw failure;
  }
}

function figuresOf({ size, samples }: Stack): Figures {
  const median = (of: keyof Sample) => spread(samples.map((each) => each[of])).median;
  return {
    ...size,
    evaluation: median("evaluation"),
    memory: median("memory"),
    preview: median("preview"),
  };
}

/** Both programs' stacks of one size. */
interface Pair {
  workers: number;
  ours: Stack;
  flat: Stack;
}

/** @throws Error where the two have not registered the same */
async function pairOf(workers: number): Promise<Pair> {
  process.stderr.write(`${workers} workers …\n`);
  const ours = await raised("cluster", workers);
  let flat: Raised | undefined;
  try {
    flat = await raised("flat", workers, ours.recorded.map(withoutUserData));
    const others = different(ours.recorded, flat.recorded);
    if (others.length > 0) throw new Error(`The flat program has registered something else:\n${others.join("\n")}`);
    return { workers, ours: ours.stack, flat: flat.stack };
  } catch (failure) {
    for (const each of [ours, flat]) each?.stack.remove();
    throw failure;
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
  const pairs: Pair[] = [];
  try {
    for (const workers of named.length > 0 ? named : SIZES) pairs.push(await pairOf(workers));
    for (let round = 1; round <= ROUNDS; round++) {
      for (const { workers, ours, flat } of pairs)
        // In turns: what else the machine does meets both.
        for (let i = 0; i < previews(workers); i++) for (const stack of [ours, flat]) stack.preview();
      // A round takes a quarter of an hour: what is known by then is not lost with the rest.
      process.stderr.write(`round ${round} of ${ROUNDS}\n${columns(ratioRows(measured(pairs)))}\n`);
    }
  } finally {
    for (const stack of pairs.flatMap(({ ours, flat }) => [ours, flat])) stack.remove();
  }
  const all = measured(pairs);
  process.stdout.write(`${columns(ratioRows(all))}\n\n${columns(growthRows(all))}\n`);
  const beyond = exceeded(all);
  process.stdout.write(beyond.map((each) => `beyond its bound: ${each}\n`).join(""));
  if (beyond.length > 0) process.exitCode = 1;
}

const measured = (pairs: readonly Pair[]): Measured[] =>
  pairs.map(({ workers, ours, flat }) => ({ workers, ours: figuresOf(ours), flat: figuresOf(flat) }));

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
